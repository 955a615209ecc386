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
