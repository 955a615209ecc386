-- From now on notifications are made by what somebody has chosen (push_flags). Until they choose for themselves they are told of what concerns
-- them: a conversation that is theirs to answer, what is written in it (4), where they are named (8), what is written where they take part (16).
UPDATE account_users SET push_flags = 30 WHERE push_flags = 2;
