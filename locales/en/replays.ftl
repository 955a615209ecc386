# Replays: sending a part of the past to a webhook again.

replays = Replay
replay-new = Replay the past
replay-lead = After an outage, a mistake in the receiver or for a new one: what happened in a period is sent again, slowly, beside what happens now. Receivers know what they have had already by the id of the delivery.
replay-what = What
# dynamic: replay-what-
replay-what-failed = What failed
replay-what-failed-hint = Deliveries that were given up, under the same ids.
replay-what-everything = Everything that was sent
replay-what-everything-hint = Also what has arrived, under the same ids.
replay-what-never_attempted = What was never attempted
replay-what-never_attempted-hint = Events from while the webhook was off or did not exist.
replay-period = Period
replay-from = From (UTC)
replay-until = Until (UTC)
replay-rate = Per second, at most
replay-rate-hint = From 1 to 1000. What happens now always goes first.
replay-per-second = { $count }/s
replay-events = Only some events
replay-count = Count first
replay-count-hint = Nothing is sent before you have seen how many there are.
replay-confirm = Start the replay?
replay-question = { $count ->
    [one] Send { $number } delivery?
   *[other] Send { $number } deliveries?
}
replay-pace = At { $rate } a second at most, it takes { $takes } or longer.
replay-confirm-text = It can be cancelled at any time, and goes on by itself after a restart.
replay-nothing = There is nothing to send
replay-nothing-text = In this period there is nothing of the kind. What is older than the retention of this server is forgotten.
replay-start = Start
replay-of = of { $total }
replay-sent = Sent
replay-left = Left
replay-seconds = { $count } s
replay-minutes = { $count } min
replay-hours = { $count } h
replay-cancel = Cancel the replay
replay-past = Earlier replays
replay-off = The webhook is off
replay-off-text = Turn it on to send something again. What it misses until then can be replayed afterwards.
replay-paused-text = The webhook is off. The replay goes on when it is turned on again.
# dynamic: replay-state-
replay-state-running = Running
replay-state-paused = Paused
replay-state-done = Done
replay-state-cancelled = Cancelled
# dynamic: replay-error-
replay-error-what = Choose what is to be sent
replay-error-from = Enter a time in the past that is before the end, no longer ago than a million events
replay-error-to = Enter a time such as 2026-11-21 07:00
replay-error-rate = Enter a whole number from 1 to 1000
replay-error-events = Choose events of the list
replay-error-refused = The webhook is off, or another replay of it is not at its end
flash-replay-started = The replay has begun
flash-replay-cancelled = The replay is cancelled
replay-offer = It was off since { $since }. What happened meanwhile was not sent.
replay-offer-link = Replay what was missed
