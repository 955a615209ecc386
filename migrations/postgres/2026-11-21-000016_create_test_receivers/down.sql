DROP TABLE test_receiver_requests;
DROP TABLE test_receivers;
