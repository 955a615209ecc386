//! All that the frames of some events are drawn from: a fixed number of statements, however many events there are.
use super::super::{
    aside::Aside,
    model::Conversation,
    payload::{self, Loaded},
    queries,
    thread::Said,
};
use crate::{
    accounts::{self, Account},
    contacts::{self, ContactInbox},
    db::{
        DbConn,
        types::{AccountId, ContactId, ContactInboxId, ConversationId, MessageId, TeamId, UserId},
    },
    error::Result,
    events::{EventName, live::Stored},
    inboxes::{self, Crew},
    teams,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Where a message was said.
pub(super) struct Place {
    pub conversation: Conversation,
    pub session: ContactInbox,
    pub unread: i64,
}

/// What there is now of what the events are about.
pub(super) struct Scene {
    pub account: Account,
    pub crew: Crew,
    pub said: HashMap<MessageId, Said>,
    pub places: HashMap<ConversationId, Place>,
    loaded: HashMap<ConversationId, Loaded>,
    last_public: HashMap<ConversationId, Said>,
    verified: HashMap<ContactId, Vec<ContactInbox>>,
    /// Who of those that are named is in which team.
    in_teams: HashSet<(TeamId, UserId)>,
}

/// What the events ask for.
#[derive(Default)]
struct Wanted {
    messages: BTreeSet<MessageId>,
    conversations: BTreeSet<ConversationId>,
    /// Those that are drawn as a whole.
    whole: BTreeSet<ConversationId>,
    named: BTreeSet<UserId>,
}

impl Wanted {
    fn by(events: &[(&Stored, Aside)]) -> Wanted {
        let mut wanted = Wanted::default();
        for (event, aside) in events {
            let is_message =
                matches!(event.name, EventName::MessageCreated | EventName::MessageUpdated | EventName::NoticeCreated | EventName::NoticeUpdated);
            wanted.messages.extend(event.message_id.filter(|_| is_message).into_iter().chain(aside.first_reply));
            let conversations = event.conversation_id.into_iter().chain(aside.moved.conversations.iter().copied());
            if !is_message || !aside.mentioned.is_empty() {
                wanted.whole.extend(conversations.clone());
            }
            wanted.conversations.extend(conversations);
            wanted.named.extend(&aside.mentioned);
        }
        wanted
    }
}

impl Scene {
    pub fn load(conn: &mut DbConn, account: AccountId, events: &[(&Stored, Aside)]) -> Result<Scene> {
        let Wanted { messages, conversations, whole, named } = Wanted::by(events);
        let messages = queries::messages_of(conn, account, &messages.into_iter().collect::<Vec<_>>())?;
        let said = payload::said(conn, account, messages)?.into_iter().map(|said| (said.message.id, said)).collect();
        let rows = queries::by_ids(conn, account, &conversations.into_iter().collect::<Vec<_>>())?;
        let inboxes: BTreeSet<_> = rows.iter().map(|row| row.inbox_id).collect();
        let crew = inboxes::crew(conn, account, &inboxes.into_iter().collect::<Vec<_>>())?;
        let to_draw: Vec<Conversation> = rows.iter().filter(|row| whole.contains(&row.id)).cloned().collect();
        let places = places(conn, account, rows)?;
        let proved: BTreeSet<ContactId> = places.values().filter(|place| place.session.hmac_verified).map(|place| place.session.contact_id).collect();
        let mut scene = Scene {
            account: accounts::find(conn, account)?,
            crew,
            said,
            places,
            loaded: HashMap::new(),
            last_public: HashMap::new(),
            verified: HashMap::new(),
            in_teams: HashSet::new(),
        };
        for session in contacts::verified_sessions(conn, account, &proved.into_iter().collect::<Vec<_>>())? {
            scene.verified.entry(session.contact_id).or_default().push(session);
        }
        if !named.is_empty() {
            let teams: BTreeSet<TeamId> = to_draw.iter().filter_map(|row| row.team_id).collect();
            let (teams, named): (Vec<_>, Vec<_>) = (teams.into_iter().collect(), named.into_iter().collect());
            scene.in_teams = teams::places_of(conn, &teams, &named)?;
        }
        if !to_draw.is_empty() {
            let ids: Vec<ConversationId> = to_draw.iter().map(|row| row.id).collect();
            scene.last_public = payload::last_public(conn, account, &ids)?;
            scene.loaded = payload::load(conn, account, None, to_draw)?.into_iter().map(|one| (one.conversation.id, one)).collect();
        }
        Ok(scene)
    }

    /// A conversation that is drawn as a whole, with the newest message that its contact may see.
    pub fn conversation(&self, id: ConversationId) -> Option<((&Loaded, Option<&Said>), &Place)> {
        Some(((self.loaded.get(&id)?, self.last_public.get(&id)), self.places.get(&id)?))
    }

    /// Where else the contact of a conversation hears of it: once it is proved who they are, in all their proved sessions.
    pub fn other_sessions(&self, place: &Place) -> impl Iterator<Item = &ContactInbox> {
        let proved = self.verified.get(&place.session.contact_id).filter(|_| place.session.hmac_verified);
        let own = place.session.id;
        proved.into_iter().flatten().filter(move |session| session.id != own)
    }

    /// Whether somebody who was named may still see the conversation.
    pub fn may_be_named(&self, user: UserId, conversation: &Conversation) -> bool {
        self.crew.hears(user, conversation.inbox_id) || conversation.team_id.is_some_and(|team| self.in_teams.contains(&(team, user)))
    }
}

fn places(conn: &mut DbConn, account: AccountId, rows: Vec<Conversation>) -> Result<HashMap<ConversationId, Place>> {
    let ids: Vec<ContactInboxId> = rows.iter().map(|row| row.contact_inbox_id).collect();
    let sessions: HashMap<ContactInboxId, ContactInbox> =
        contacts::sessions_by_ids(conn, account, &ids)?.into_iter().map(|one| (one.id, one)).collect();
    let unread = payload::unread(conn, &rows)?;
    let place = |conversation: Conversation| {
        let session = sessions.get(&conversation.contact_inbox_id)?.clone();
        let unread = unread.get(&conversation.id).copied().unwrap_or_default();
        Some((conversation.id, Place { conversation, session, unread }))
    };
    Ok(rows.into_iter().filter_map(place).collect())
}
