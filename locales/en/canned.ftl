# Canned responses: texts that agents keep at hand.

nav-canned = Canned responses
canned-title = Canned responses
canned-lead = Answers that are written again and again, at hand under a short name for everybody in this account.
canned-add = Add canned response
canned-create = Create canned response
canned-empty = There are no canned responses yet
canned-empty-text = Write down what you answer most often, such as the opening hours.
canned-none-found = Nothing fits your search
canned-short-code = Short code
canned-short-code-hint = The name under which agents find it, such as hours.
canned-content = Message
canned-content-hint = What is put into the answer.
canned-delete = Delete canned response
canned-delete-text = It is gone for everybody in this account. Answers that were written with it stay.
canned-delete-question = Are you sure you want to delete the canned response { $name }?
error-canned-most = An account may have at most { $count } canned responses
flash-canned-created = Canned response created
flash-canned-saved = Canned response saved
flash-canned-deleted = Canned response deleted
