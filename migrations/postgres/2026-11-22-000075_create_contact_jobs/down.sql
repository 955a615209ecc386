DROP TABLE contact_job_refusals;
DROP TABLE contact_jobs;
