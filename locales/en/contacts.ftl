# Contacts, as far as people are told of them.

contacts-export-subject = Your contacts are ready
contacts-export-text =
    { $number ->
        [one] The table that you have asked for has one contact.
       *[other] The table that you have asked for has { $number } contacts.
    } The link works for a day, for everybody who has it.
contacts-export-action = Download the table
contacts-export-reason = You get this message because you exported the contacts of { $account }.
