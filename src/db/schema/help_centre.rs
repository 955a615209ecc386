//! The tables of help centres.
use super::{accounts, blobs, users};
use crate::db::types::Document;
use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use super::Document;
    use diesel::sql_types::*;
    portals (id) {
        id -> BigInt,
        account_id -> BigInt,
        inbox_id -> Nullable<BigInt>,
        logo_blob_id -> Nullable<BigInt>,
        name -> Text,
        slug -> Text,
        custom_domain -> Nullable<Text>,
        color -> Nullable<Text>,
        header_text -> Nullable<Text>,
        homepage_link -> Nullable<Text>,
        page_title -> Nullable<Text>,
        config -> Document,
        archived -> Bool,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    categories (id) {
        id -> BigInt,
        account_id -> BigInt,
        portal_id -> BigInt,
        locale -> Text,
        slug -> Text,
        name -> Text,
        description -> Nullable<Text>,
        icon -> Nullable<Text>,
        icon_color -> Nullable<Text>,
        position -> Integer,
        parent_category_id -> Nullable<BigInt>,
        associated_category_id -> Nullable<BigInt>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

table! {
    use diesel::sql_types::*;
    related_categories (id) {
        id -> BigInt,
        category_id -> BigInt,
        related_category_id -> BigInt,
    }
}

table! {
    use super::Document;
    use diesel::sql_types::*;
    articles (id) {
        id -> BigInt,
        account_id -> BigInt,
        portal_id -> BigInt,
        category_id -> Nullable<BigInt>,
        author_id -> Nullable<BigInt>,
        associated_article_id -> Nullable<BigInt>,
        locale -> Text,
        slug -> Text,
        title -> Text,
        description -> Nullable<Text>,
        content -> Nullable<Text>,
        status -> SmallInt,
        position -> Integer,
        meta -> Document,
        views -> BigInt,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

joinable!(portals -> blobs (logo_blob_id));
joinable!(categories -> portals (portal_id));
joinable!(articles -> portals (portal_id));
joinable!(articles -> categories (category_id));
joinable!(articles -> users (author_id));
allow_tables_to_appear_in_same_query!(articles, categories, portals);
allow_tables_to_appear_in_same_query!(articles, users);
allow_tables_to_appear_in_same_query!(portals, blobs);
allow_tables_to_appear_in_same_query!(accounts, portals);
