# Custom attributes: what a business adds to its conversations and contacts.

nav-attributes = Custom attributes

attributes-title = Custom attributes
attributes-lead = What you note about conversations and contacts besides what is there already, such as a plan or an order number.
attributes-conversation = Conversation
attributes-contact = Contact
attributes-add = Add attribute
attributes-empty = There are none here yet
attributes-empty-text = An attribute has a key for programs and a name for people. What is stored under its key must fit its type.

attribute-add-conversation = New attribute of conversations
attribute-add-contact = New attribute of contacts
attribute-create = Create attribute
attribute-key = Key
attribute-key-hint = Letters, digits, _ . and -. Programs and filters use it; it cannot be changed later.
attribute-type = Type
attribute-type-hint = It cannot be changed later.
# dynamic: attribute-type-
attribute-type-text = Text
attribute-type-number = Number
attribute-type-currency = Currency
attribute-type-percent = Percent
attribute-type-link = Link
attribute-type-date = Date
attribute-type-list = List
attribute-type-checkbox = Checkbox
attribute-description = Description
attribute-values = Values of a list
attribute-values-hint = One on each line.
attribute-regex = Pattern of a text
attribute-regex-hint = A regular expression that each value must match.
attribute-cue = What to say when it does not match
attribute-cue-hint = Follows the key, as in: must look like TH-123
attribute-delete = Delete attribute
attribute-delete-question = Delete the attribute “{ $name }”?
attribute-delete-text = Values that are stored stay where they are, but nothing checks them any more and filters do not know them.

flash-attribute-created = Attribute created
flash-attribute-saved = Attribute saved
flash-attribute-deleted = Attribute deleted

error-attribute-key = Please use letters, digits, _ . and -, and no key that conversations or contacts have already
error-attribute-values = Please write 1 to 200 values, one on each line
error-regex = This regular expression cannot be used here
