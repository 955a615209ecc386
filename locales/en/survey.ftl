# The page on which customers say how content they were.

survey-title = How did we do?
survey-question = How was your conversation with { $inbox }?
# dynamic: survey-rating-
survey-rating-1 = Very bad
survey-rating-2 = Bad
survey-rating-3 = Okay
survey-rating-4 = Good
survey-rating-5 = Great
survey-no-rating = Please choose one of the five
survey-feedback = Would you like to tell us more?
survey-send = Send
survey-thanks = Thank you!
survey-thanks-text = Your answer has arrived: { $rating }.
survey-change = Change your answer
survey-closed = This survey is closed
survey-closed-text = It could be answered for 14 days. Thank you for looking in.
survey-closed-answered = This survey is closed now. Your answer stays as it is.

# Settings → Customer satisfaction.

nav-csat = Satisfaction
csat-title = Customer satisfaction
csat-lead = How content people were when their conversation was over. Inboxes ask for it where that is switched on.
csat-figures = At a glance
csat-asked = Times asked
csat-answered = Answers
csat-share = Answered of those asked
csat-content = Good or great
csat-rating = Rating
csat-any-rating = Any rating
csat-agent = Agent
csat-any-agent = All agents
csat-answers = Answers
csat-none = No answers
csat-none-text = Nobody has answered in this period, or nobody with this rating.
csat-contact = Contact
csat-feedback = What they wrote
csat-note = Note
csat-note-title = Note on an answer
csat-note-hint = For administrators alone. Up to 20,000 characters.
csat-note-write = Write a note
csat-note-change = Change the note
flash-csat-noted = Note saved
csat-newer = Newer
csat-older = Older
