//! Every change of help centres and their categories.
mod articles;
mod input;

pub(super) use articles::{add_views, create_article, delete_article, reorder, update_article};
pub use articles::{clear_account, depart};
pub(super) use input::{ArticleInput, CategoryInput, ConfigInput, PortalInput, Positions};

use super::{
    model::{Category, MOST_CATEGORIES, MOST_PORTALS, MOST_RELATED, Portal, PortalConfig, checked_locale, checked_slug},
    queries,
};
use crate::{
    audit::Change,
    auth::Administrator,
    checks::{LINE, at_most, required},
    db::{
        Db, Tx,
        dialect::Columns,
        schema::{articles as article_rows, categories, portals, related_categories},
        types::{AccountId, ArticleId, CategoryId, Json, PortalId, now},
    },
    error::{Error, Result},
    files,
    inboxes::{self, ChannelType},
    storage::Upload,
    web::fields::{List, Patch, Text},
};
use diesel::{dsl::min, prelude::*};

/// How many articles one step of deleting a help centre, or an account, takes along.
const STEP: i64 = 500;

/// Makes a help centre.
///
/// # Errors
/// [`Error::Invalid`] that names the attribute; [`Error::Refused`] when the account has as many as it may.
pub(super) fn create(tx: &mut Tx, by: &Administrator, input: PortalInput) -> Result<Portal> {
    let (account_id, now) = (by.account_id(), now());
    let mut new = Portal {
        id: PortalId(0),
        account_id,
        inbox_id: None,
        logo_blob_id: None,
        name: String::new(),
        slug: String::new(),
        custom_domain: None,
        color: None,
        header_text: None,
        homepage_link: None,
        page_title: None,
        config: Json(PortalConfig::default()),
        archived: false,
        created_at: now,
        updated_at: now,
    };
    apply(tx, &mut new, input)?;
    if queries::count(tx.conn, account_id)? >= MOST_PORTALS {
        return Err(Error::Refused(format!("An account may have at most {MOST_PORTALS} help centres")));
    }
    let insert = diesel::insert_into(portals::table).values((
        (portals::account_id.eq(account_id), portals::inbox_id.eq(new.inbox_id), portals::logo_blob_id.eq(new.logo_blob_id)),
        (portals::name.eq(new.name), portals::slug.eq(new.slug), portals::custom_domain.eq(new.custom_domain), portals::color.eq(new.color)),
        (portals::header_text.eq(new.header_text), portals::homepage_link.eq(new.homepage_link), portals::page_title.eq(new.page_title)),
        (portals::config.eq(new.config), portals::archived.eq(new.archived), portals::created_at.eq(now), portals::updated_at.eq(now)),
    ));
    let made = insert.returning(Portal::columns()).get_result(tx.conn).map_err(|e| Error::or_taken(e, "slug"))?;
    by.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// What is said, with its picture and what must be one on the whole server.
fn apply(tx: &mut Tx, portal: &mut Portal, mut input: PortalInput) -> Result<()> {
    let (picture, named, website) = (input.logo.take(), std::mem::take(&mut input.blob_id), std::mem::take(&mut input.inbox_id));
    input.apply(portal)?;
    if let Patch::Set(id) = website {
        let unknown = |e| if matches!(e, Error::NotFound) { Error::invalid("inbox_id", "Inbox must be one of this account") } else { e };
        let inbox = inboxes::of_account(tx.conn, portal.account_id, id).map_err(unknown)?;
        if inbox.channel_type != ChannelType::WebWidget {
            return Err(Error::invalid("inbox_id", "Inbox must be a website's"));
        }
    }
    portal.inbox_id = website.or(portal.inbox_id);
    take_logo(tx, portal, picture, named)?;
    if queries::has_slug(tx.conn, portal.id, &portal.slug)? {
        return Err(Error::taken(vec!["slug"]));
    }
    match &portal.custom_domain {
        Some(host) if queries::has_host(tx.conn, portal.id, host)? => Err(Error::taken(vec!["custom_domain"])),
        _ => Ok(()),
    }
}

fn take_logo(tx: &mut Tx, portal: &mut Portal, picture: Option<Upload>, named: Patch<Text>) -> Result<()> {
    let blob = match (picture, named) {
        (Some(upload), _) => files::store(tx, portal.account_id, upload)?,
        (None, Patch::Set(Text(name))) => {
            let unknown = |e| if matches!(e, Error::NotFound) { Error::invalid("logo", "Logo must be a file of this account") } else { e };
            files::of_account(tx.conn, portal.account_id, &name).map_err(unknown)?
        }
        (None, Patch::Absent | Patch::Null) => return Ok(()),
    };
    if !blob.is_photo() {
        return Err(Error::invalid("logo", "Logo must be a picture: JPEG, PNG, GIF or WebP"));
    }
    portal.logo_blob_id = Some(blob.id);
    Ok(())
}

/// Changes a help centre.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(super) fn update(tx: &mut Tx, by: &Administrator, slug: &str, input: PortalInput) -> Result<Portal> {
    let before = queries::find_to_change(tx.conn, by.account_id(), slug)?;
    let mut portal = before.clone();
    apply(tx, &mut portal, input)?;
    save(tx, by, &before, portal)
}

fn save(tx: &mut Tx, by: &Administrator, before: &Portal, mut portal: Portal) -> Result<Portal> {
    if portal != *before {
        portal.updated_at = now();
        diesel::update(portals::table.find(portal.id)).set(&portal).execute(tx.conn)?;
        by.record(tx, Change::Updated(before, &portal))?;
    }
    Ok(portal)
}

/// Hides a help centre from everybody but those who keep it.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn archive(tx: &mut Tx, by: &Administrator, slug: &str) -> Result<Portal> {
    let before = queries::find_to_change(tx.conn, by.account_id(), slug)?;
    let portal = Portal { archived: true, ..before.clone() };
    save(tx, by, &before, portal)
}

/// Takes away its picture.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn delete_logo(tx: &mut Tx, by: &Administrator, slug: &str) -> Result<()> {
    let before = queries::find_to_change(tx.conn, by.account_id(), slug)?;
    let portal = Portal { logo_blob_id: None, ..before.clone() };
    save(tx, by, &before, portal).map(drop)
}

/// Deletes a help centre. It is seen no more; then its articles go, some at a time, however many they are. Should the process end meanwhile, what is
/// left of it is there for those who keep it, archived, and can be deleted again.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn delete(db: &Db, by: Administrator, slug: String) -> Result<()> {
    let account = by.account_id();
    // by its id from here on: between two steps it may get another name, and another one its name
    let id = db.read(move |conn| queries::find(conn, account, &slug)).await?.id;
    let shut = move |tx: &mut Tx| {
        let portal = queries::held(tx.conn, account, id)?;
        diesel::update(portals::table.find(id)).set(portals::archived.eq(true)).execute(tx.conn)?;
        by.record(tx, Change::Destroyed(&portal))
    };
    let delete_some = move |tx: &mut Tx| delete_step(tx, account, id);
    db.write_in_steps(shut, delete_some).await
}

fn delete_step(tx: &mut Tx, account: AccountId, id: PortalId) -> Result<bool> {
    let portal = queries::held(tx.conn, account, id)?;
    let some = article_rows::table.filter(article_rows::portal_id.eq(portal.id)).select(article_rows::id).limit(STEP);
    let ids: Vec<ArticleId> = some.load(tx.conn)?;
    diesel::delete(article_rows::table.filter(article_rows::id.eq_any(&ids))).execute(tx.conn)?;
    if (ids.len() as i64) < STEP {
        inboxes::disconnect(tx, portal.id)?;
        diesel::delete(portals::table.find(portal.id)).execute(tx.conn)?;
        return Ok(true);
    }
    Ok(false)
}

/// Makes a category.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute; [`Error::Refused`] when there are as many as there may be.
pub(super) fn create_category(tx: &mut Tx, by: &Administrator, portal: &str, mut input: CategoryInput) -> Result<Category> {
    // the portal's row is held, so that two who make one at the same time are counted one after the other
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let now = now();
    let mut new = Category {
        id: CategoryId(0),
        account_id: portal.account_id,
        portal_id: portal.id,
        locale: portal.config.0.default_locale.clone(),
        slug: String::new(),
        name: String::new(),
        description: None,
        icon: None,
        icon_color: None,
        position: -1,
        parent_category_id: None,
        associated_category_id: None,
        created_at: now,
        updated_at: now,
    };
    let related = input.related_category_ids.take();
    apply_to_category(tx, &portal, &mut new, input)?;
    let (number, last) = queries::place_of_category(tx.conn, portal.id, &new.locale)?;
    if number >= MOST_CATEGORIES {
        return Err(Error::Refused(format!("A help centre may have at most {MOST_CATEGORIES} categories")));
    }
    new.position = if new.position < 0 { last } else { new.position };
    let insert = diesel::insert_into(categories::table).values((
        (categories::account_id.eq(new.account_id), categories::portal_id.eq(new.portal_id), categories::locale.eq(new.locale)),
        (categories::slug.eq(new.slug), categories::name.eq(new.name), categories::description.eq(new.description)),
        (categories::icon.eq(new.icon), categories::icon_color.eq(new.icon_color), categories::position.eq(new.position)),
        categories::parent_category_id.eq(new.parent_category_id),
        categories::associated_category_id.eq(new.associated_category_id),
        (categories::created_at.eq(now), categories::updated_at.eq(now)),
    ));
    let made = insert.returning(Category::columns()).get_result(tx.conn)?;
    relate(tx, &made, related)?;
    by.record(tx, Change::Created(&made))?;
    Ok(made)
}

/// Says which others readers of a category may want. False when they are the same as before.
fn relate(tx: &mut Tx, category: &Category, said: Option<List<CategoryId>>) -> Result<bool> {
    let Some(List(said)) = said else { return Ok(false) };
    let known = queries::categories(tx.conn, category.portal_id, None)?;
    let mut wanted: Vec<CategoryId> = Vec::new();
    for id in said.into_iter().filter(|id| *id != category.id) {
        if !known.iter().any(|other| other.id == id) {
            return Err(Error::invalid("related_categories", "Related categories must be of this help centre"));
        }
        if !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    if wanted.len() > MOST_RELATED {
        return Err(Error::invalid("related_categories", format!("Related categories are too many (maximum is {MOST_RELATED})")));
    }
    let before: Vec<CategoryId> = queries::related(tx.conn, &[category.id])?.into_iter().map(|(_, other)| other).collect();
    if before == wanted {
        return Ok(false);
    }
    diesel::delete(related_categories::table.filter(related_categories::category_id.eq(category.id))).execute(tx.conn)?;
    for other in wanted {
        let pair = (related_categories::category_id.eq(category.id), related_categories::related_category_id.eq(other));
        diesel::insert_into(related_categories::table).values(pair).execute(tx.conn)?;
    }
    Ok(true)
}

/// Changes a category.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] that names the attribute.
pub(super) fn update_category(tx: &mut Tx, by: &Administrator, portal: &str, id: CategoryId, mut input: CategoryInput) -> Result<Category> {
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let before = queries::find_category(tx.conn, portal.id, id)?;
    let mut category = before.clone();
    let related = input.related_category_ids.take();
    apply_to_category(tx, &portal, &mut category, input)?;
    if category != before {
        category.updated_at = now();
        diesel::update(categories::table.find(id)).set(&category).execute(tx.conn)?;
        by.record(tx, Change::Updated(&before, &category))?;
    }
    if relate(tx, &category, related)? {
        by.record(tx, Change::Done(&category, "related_categories"))?;
    }
    if category.associated_category_id.is_some() && category.associated_category_id != before.associated_category_id {
        // those that were this one in other languages go along: one category stands for all of them
        let same = categories::table.filter(categories::associated_category_id.eq(id));
        diesel::update(same).set(categories::associated_category_id.eq(category.associated_category_id)).execute(tx.conn)?;
    }
    if category.locale != before.locale {
        // what is in it speaks its language
        let within = article_rows::table.filter(article_rows::category_id.eq(id));
        diesel::update(within).set(article_rows::locale.eq(&category.locale)).execute(tx.conn)?;
    }
    Ok(category)
}

fn apply_to_category(tx: &mut Tx, portal: &Portal, category: &mut Category, input: CategoryInput) -> Result<()> {
    // the caller has taken out what is related: these are rows of their own
    let CategoryInput { name, description, position, slug, locale, icon, icon_color, parent_category_id, associated_category_id, .. } = input;
    category.name = required("name", &name.map(|text| text.0).or(Some(category.name.clone())).unwrap_or_default(), LINE)?;
    category.slug = checked_slug(&slug.map(|text| text.0).or(Some(category.slug.clone())).unwrap_or_default())?;
    if let Patch::Set(Text(code)) = locale {
        let code = checked_locale("locale", &code)?;
        // what is in a language that the help centre has given up can still be changed
        if code != category.locale && !portal.config.0.allowed_locales.contains(&code) {
            return Err(Error::invalid("locale", "Locale must be one of the help centre's"));
        }
        category.locale = code;
    }
    let text = |text: Patch<Text>, present: Option<String>| text.map(|text| text.0.trim().to_owned()).or(present).filter(|text| !text.is_empty());
    category.description = at_most("description", text(description, category.description.take()), super::model::LONGEST)?;
    category.icon = at_most("icon", text(icon, category.icon.take()), LINE)?;
    category.icon_color = at_most("icon_color", text(icon_color, category.icon_color.take()), LINE)?;
    category.position = input::place(position, category.position)?;
    let others = queries::categories(tx.conn, portal.id, None)?;
    if queries::has_category(&others, category) {
        return Err(Error::taken(vec!["slug"]));
    }
    let find = |id: CategoryId| others.iter().find(|other| other.id == id && other.id != category.id);
    let unknown = |attribute| Error::invalid(attribute, "Must be another category of this help centre");
    if let Patch::Set(id) = parent_category_id {
        let mut above = find(id).ok_or_else(|| unknown("parent_category"))?;
        // however deep it is: never within itself
        for _ in 0..others.len() {
            match above.parent_category_id {
                Some(next) => above = find(next).ok_or_else(|| unknown("parent_category"))?,
                None => break,
            }
        }
    }
    let root = match associated_category_id {
        Patch::Set(id) => {
            let other = find(id).ok_or_else(|| unknown("associated_category"))?;
            let root = other.associated_category_id.unwrap_or(other.id);
            Patch::Set(find(root).ok_or_else(|| unknown("associated_category"))?.id)
        }
        patch => patch,
    };
    category.parent_category_id = parent_category_id.or(category.parent_category_id);
    category.associated_category_id = root.or(category.associated_category_id);
    Ok(())
}

/// Puts categories of a help centre into another order. What is none of its categories is passed over.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a place that is none; [`Error::Refused`] for too many.
pub(super) fn reorder_categories(tx: &mut Tx, by: &Administrator, portal: &str, places: Positions) -> Result<()> {
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let wanted = places.wanted()?;
    let known = queries::categories(tx.conn, portal.id, None)?;
    for (id, place) in wanted.into_iter().filter(|(id, _)| known.iter().any(|category| category.id.0 == *id)) {
        diesel::update(categories::table.find(CategoryId(id))).set(categories::position.eq(place)).execute(tx.conn)?;
    }
    by.record(tx, Change::Done(&portal, "positions"))
}

/// Deletes a category. Its articles stay, in none.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) fn delete_category(tx: &mut Tx, by: &Administrator, portal: &str, id: CategoryId) -> Result<()> {
    let portal = queries::find_to_change(tx.conn, by.account_id(), portal)?;
    let category = queries::find_category(tx.conn, portal.id, id)?;
    // of those that are this one in other languages, the first stands for the rest from now on
    let same = categories::table.filter(categories::associated_category_id.eq(id));
    let first: Option<CategoryId> = same.select(min(categories::id)).get_result(tx.conn)?;
    if let Some(first) = first {
        let rest = categories::table.filter(categories::associated_category_id.eq(id).and(categories::id.ne(first)));
        diesel::update(rest).set(categories::associated_category_id.eq(first)).execute(tx.conn)?;
    }
    diesel::delete(categories::table.find(category.id)).execute(tx.conn)?;
    by.record(tx, Change::Destroyed(&category))
}
