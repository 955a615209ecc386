# Teams and labels: by what people and conversations are sorted.

teams-title = Teams
teams-lead = Agents who answer together. A conversation can be given to a team as well as to a person.
teams-add = Add team
teams-create = Create team
teams-empty = There are no teams yet
teams-empty-text = Billing, sales, the night shift: a team may open what is given to it, whichever inbox it comes from.
teams-members-count = { $count ->
    [0] no members
    [one] { $count } member
   *[other] { $count } members
}
team-name-hint = Kept in lower case.
team-description = Description
team-members = Members
team-members-text = They may open the conversations of the team, also those of inboxes that they are no members of.
team-delete = Delete team
team-delete-text = Its conversations stay, and belong to no team any more.
team-delete-question = Are you sure you want to delete the team { $name }?
flash-team-created = Team created
flash-team-saved = Team saved
flash-team-deleted = Team deleted

labels-title = Labels
labels-lead = What conversations and contacts are about, so that they can be found again.
labels-add = Add label
labels-create = Create label
labels-empty = There are no labels yet
labels-empty-text = A label is a word with a colour. Agents put any number of them on a conversation or a contact, and filter by them.
label-title = Title
label-title-hint = Letters, digits, hyphens and underscores. Kept in lower case; whatever carries the label follows when you rename it.
label-description = Description
label-color = Colour
label-show-on-sidebar = Agents’ apps show it beside their lists of conversations
label-delete = Delete label
label-delete-text = It is taken off all conversations and contacts that carry it. This cannot be undone.
label-delete-question = Are you sure you want to delete the label { $name }?
flash-label-created = Label created
flash-label-saved = Label saved
flash-label-deleted = Label deleted
error-label-title = Please use two or more letters, digits, hyphens and underscores, beginning with a letter or a digit
error-color = Please choose a colour
