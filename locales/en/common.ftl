# Words that many pages share.

skip-to-content = Skip to content
nav-label = Main
nav-menu = Menu
nav-settings = Settings
nav-you = You
nav-account = Account
nav-agents = Agents
nav-bots = Bots
nav-inboxes = Inboxes
nav-teams = Teams
nav-labels = Labels
nav-integrations = Integrations
nav-profile = Profile
theme = Theme
theme-auto = Same as the device
theme-light = Light
theme-dark = Dark
language = Language

cancel = Cancel
save-changes = Save changes
done = Done
edit = Edit
delete = Delete
copy = Copy
copied = Copied
dismiss = Dismiss
search = Search
clear-search = Clear search
filter = Filter
filter-clear = Clear filter
refresh = Refresh
older = Older
newest = Newest
pages = Pages
never = never
status = Status
actions = Actions
show-more = show more
settings = Settings
confirm-deletion = Confirm Deletion
yes-delete = Yes, Delete
no-keep-it = No, Keep it

field-name = Name
field-your-name = Your name
field-email = E-mail
field-password = Password
field-account-name = Account name
field-language = Language
field-role = Role
form-optional = optional
form-errors-title = Please check what you entered

role-administrator = Administrator
role-agent = Agent

# Times.
date = { $day } { $month } { $year }
# dynamic: month-
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
# dynamic: time-
time-now = just now
time-soon = any moment
time-ago-seconds = { $count } s ago
time-ago-minutes = { $count } min ago
time-ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
time-ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
time-in-seconds = in { $count } s
time-in-minutes = in { $count } min
time-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
time-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
duration-ms = { $value } ms
duration-s = { $value } s
setting-kept = Kept for apps and integrations; this server does not act on it yet.
