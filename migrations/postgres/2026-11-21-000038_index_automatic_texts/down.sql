DROP INDEX messages_asking_of_account;
DROP INDEX messages_asking;
DROP INDEX messages_automatic;
