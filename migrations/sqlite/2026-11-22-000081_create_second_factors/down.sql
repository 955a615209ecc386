DROP TABLE sign_in_challenges;
DROP TABLE backup_codes;
DROP TABLE second_factors;
