UPDATE account_users SET push_flags = 2 WHERE push_flags = 30;
