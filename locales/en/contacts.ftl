# Contacts: tables of them that are brought and taken along.

# dynamic: contact-job-kind-
# dynamic: contact-job-state-
# dynamic: contact-job-file-
# dynamic: contact-job-ended-
# dynamic: contact-job-failure-

nav-contacts = Contacts
contacts-title = Contacts
contacts-lead = Bring your contacts along from another system, or take them with you. Both are done in the background: you are told when they end.
contacts-import = Import contacts
contacts-import-lead = Whoever is known by identifier, e-mail address or phone number is updated, everybody else is added.
contacts-import-file = A table (CSV)
contacts-import-hint =
    UTF-8, with commas, semicolons or tabs between the cells. The first row names the columns: name, email, phone_number, identifier, company, city,
    country, or a custom attribute. Up to 200,000 rows.
contacts-import-start = Import
contacts-export = Export contacts
contacts-export-lead = All contacts who can be reached or recognised, in one table. The link to it works for a day, for everybody who has it.
contacts-export-whom = Who
contacts-export-all = All contacts
contacts-export-custom = Custom attributes as well
contacts-export-start = Export
contact-jobs-past = Imports and exports of the last 30 days
contact-job-table = Table
contact-job-result = Result
contact-job-file = File
contact-job-kind-import = Import
contact-job-kind-export = Export
contact-job-of = of { $total }
contact-job-refused =
    { $count ->
        [one] One row was refused so far
       *[other] { $count } rows were refused so far
    }
contact-job-refused-see = See lines and reasons
contact-job-refused-rows = Refused rows
contact-job-refused-line = Line
contact-job-refused-reason = Reason
contact-job-refused-most = Shown are the first { $count }. All of them stand in the table that is to be had at the end of the import.
contact-job-refused-none = No row was refused
contact-job-line = Line { $line }
contact-job-cancel-import = Stop the import
contact-job-cancel-export = Stop the export
contact-job-state-waiting = Waiting
contact-job-state-running = Running
contact-job-state-done = Done
contact-job-state-failed = Failed
contact-job-state-cancelled = Stopped
contact-job-brought = { $created } new, { $updated } known, { $refused } refused
contact-job-written =
    { $number ->
        [one] One contact
       *[other] { $number } contacts
    }
contact-job-file-import = Refused rows
contact-job-file-export = Download the table
contact-job-ended-import-done = Your contacts are imported
contact-job-ended-import-failed = Your contacts could not be imported
contact-job-ended-export-done = Your contacts are ready
contact-job-ended-export-failed = Your contacts could not be exported
contact-job-imported-text =
    { $file }: { $created ->
        [one] one new contact
       *[other] { $created } new contacts
    }, { $updated } known, { $refused ->
        [0] no row was refused.
        [one] one row was refused.
       *[other] { $refused } rows were refused.
    }
contact-job-exported-text =
    { $number ->
        [one] The table that you have asked for has one contact.
       *[other] The table that you have asked for has { $number } contacts.
    }
contact-job-failed-text = { $file }: { $reason }
contact-job-link-ends =
    { $days ->
        [one] The link works for a day, for everybody who has it.
       *[other] The link works for { $days } days, for everybody who has it.
    }
contact-job-failure-file-gone = The file is not there any more.
contact-job-failure-not-there = What was asked for is not there any more, such as a custom attribute.
contact-job-failure-not-allowed = Whoever asked for it is no administrator of this account any more.
contact-job-failure-server = The server could not do it, although it has tried several times. What was done until then stays.
contact-job-page = See imports and exports
contact-job-why-you = You get this message because you imported or exported contacts of { $account }.
error-contact-jobs-most = At most { $count } imports and exports wait at a time. Please try again when some are done.
error-table-encoding = Line { $line } is not UTF-8. Please save the table as “CSV UTF-8”.
error-table-quote = A quotation mark in the row of line { $line } is never closed
error-table-long-row = The row of line { $line } is too long
error-table-columns = The first row must name the columns, of which one is name, email, phone_number or identifier
error-table-many-columns = The first row names more than { $count } columns
error-table-twice = The first row names the column { $name } twice
error-table-many-rows = The table has more than { $count } rows
error-table-unreadable = The file could not be read. Please try again.
flash-contacts-import = The import has begun
flash-contacts-export = The export has begun
