DROP TABLE sign_in_tokens;
DROP TABLE account_plans;
DROP TABLE platform_app_permissibles;
DROP TABLE platform_apps;
