# What can be wrong with a form, and the pages for requests that fail.

error-blank = Please fill this in
error-taken = This is already taken
error-url-taken = Another webhook of this account already has this URL
error-email-taken = This e-mail address is already taken
error-already-member = This person is already an agent of this account
error-invalid-url = Please enter a valid URL
error-blocked-address = { $host } leads to { $address }, an address that this server must not call. Its operator can allow the network with the setting { $setting }
error-blocked-address-itself = { $host } is an address that this server must not call. Its operator can allow the network with the setting { $setting }
error-no-event = Please select at least one event
error-weak-password = Use 6 to 128 characters, with an upper-case letter, a lower-case letter, a digit and a special character
error-invalid-email = Please enter a valid e-mail address
error-too-long = Please use at most { $count } characters
error-duration = Please enter a duration from 100ms to 60s, such as 5s
error-schedule = Please enter up to 20 durations of at most 365d each, such as 5s,5m,2h
error-number = Please enter a whole number from 1 to 1000
error-headers = Please write one header on each line, as in X-Team: blue. Those that the request itself needs, such as Host, and those that sign it cannot be set, and Authorization only while the URL holds no user
error-wrong-password = This is not your current password
error-password-again = The two entries differ
error-sign-in = E-mail address or password is wrong
error-too-many-tries = Too many tries. Please wait a moment and try again

# dynamic: error-page-
error-page-400-title = That request makes no sense
error-page-400-text = Something in the address or in the form could not be read. Go back and try again.
error-page-403-title = Not allowed
error-page-403-text = This page is not open to you. An administrator of the account can change that.
error-page-404-title = Page not found
error-page-404-text = It may have been deleted, or the address is not quite right.
error-page-422-title = The form could not be accepted
error-page-422-text = The page may have been open for too long. Go back, reload it and try again.
error-page-429-title = Too many requests
error-page-429-text = Please wait a moment and try again.
error-page-500-title = Something went wrong
error-page-500-text = It is our fault, not yours. It has been noted; please try again.
error-page-503-title = Busy right now
error-page-503-text = More is going on than can be handled at once. Nothing is lost; please try again in a few seconds.
error-page-507-title = No room left
error-page-507-text = The disk of this server is full or fails, so your change was not stored. Whoever runs the server has to make room; then please try again.
error-page-other-title = That did not work
error-page-other-text = Go back and try again.
error-page-reference = If you report this, name the request
error-page-home = To the start page
