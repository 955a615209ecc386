# Settings → Server: how the installation is doing.

nav-server = Server
server-title = Server
server-lead = How this installation is doing. The numbers are of all accounts together; the failures are of this account alone.
server-well = All is well: nothing waits longer than it should.
server-slow = Deliveries fall behind: the first of those that wait should have been sent { $since }.
server-full = The disk is nearly full: { $free } left. Make room before the server can store nothing more.
server-due = Due now
server-oldest-due = Oldest due
server-in-flight = On their way
server-waiting = Requests waiting
server-process = This process
server-process-text = With several nodes on one database, this is the one that answered you.
server-version = Version
server-started = Running since
server-memory = Memory in use
server-data = Data
server-data-text = Where everything is kept, and for how long.
server-database = Database
server-size = Size of the database
server-free = Free where the data folder is
server-retention = Deliveries are kept
server-retention-off = For ever
server-retention-days = { $count ->
    [one] For { $count } day
   *[other] For { $count } days
}
server-retention-hours = { $count ->
    [one] For { $count } hour
   *[other] For { $count } hours
}
server-retention-hint = Counted from the day they were delivered or given up. The operator sets it with { $setting }.
server-failures = Newest failed tries
server-failures-text = The last ten tries in this account that did not succeed, whatever became of their deliveries later.
server-failures-none = Nothing has failed
server-reason = What went wrong
server-try = Try
