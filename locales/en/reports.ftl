# Settings → Reports.

nav-reports = Reports
reports-title = Reports
reports-lead = How much there is to do, how long people wait, and who does what. Averages are of what ended in the period.
reports-now = Right now
reports-open = Open
reports-unattended = Unattended
reports-unassigned = Unassigned
reports-pending = Pending
reports-period = Period
reports-last-days = Last { $days } days
reports-of = Of what
reports-everything = Everything
reports-steps = Steps
# dynamic: reports-step-
reports-step-hour = By hour
reports-step-day = By day
reports-step-week = By week
reports-step-month = By month
reports-step-year = By year
reports-zone = Time zone
reports-business-hours = Working hours only
reports-show = Show
# dynamic: reports-metric-
reports-metric-conversations_count = Conversations
reports-metric-incoming_messages_count = Messages received
reports-metric-outgoing_messages_count = Messages sent
reports-metric-avg_first_response_time = First response time
reports-metric-avg_resolution_time = Resolution time
reports-metric-reply_time = Customer waiting time
reports-metric-resolutions_count = Resolutions
reports-metric-bot_resolutions_count = Resolved by bots
reports-metric-bot_handoffs_count = Handed over by bots
reports-before = before: { $figure }
reports-highest = highest: { $figure }
reports-figures = The figures as a table
reports-begins = From
reports-rows = Who did what
# dynamic: reports-by-
reports-by-agent = Agents
reports-by-inbox = Inboxes
reports-by-label = Labels
reports-by-team = Teams
reports-name = Name
reports-no-rows = There are none yet
reports-csv = Download (CSV)
reports-seconds = { $large } s
reports-minutes = { $large } min { $small } s
reports-hours = { $large } h { $small } min
reports-days = { $large } d { $small } h
