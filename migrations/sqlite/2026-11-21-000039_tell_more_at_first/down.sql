UPDATE account_users SET push_flags = push_flags & ~28;
