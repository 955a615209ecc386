//! Doing actions, in the transaction of whoever has them done.
use super::{
    model::{Action, Assignee},
    parse::named_teams,
};
use crate::{
    conversations::{self, MessageType, NewMessage, Sender, Thread},
    db::{
        Tx,
        types::{AccountId, AutomationRuleId, TeamId, UserId},
    },
    error::{Error, Result},
    events::{Actor, EventName},
    files, inboxes, labels,
    mail::{self, Letter},
    teams,
    users::{Member, User},
    webhooks,
};

/// How many people one action mails.
const MOST_MAILED: usize = 200;

/// In whose name actions are done.
#[derive(Debug, Clone, Copy)]
pub enum Doer<'a> {
    /// A rule, begun by this event.
    Rule(AutomationRuleId, EventName),
    /// Somebody who runs a macro.
    Member(&'a User),
}

impl Doer<'_> {
    fn actor(self) -> Actor {
        match self {
            Doer::Rule(id, _) => Actor::Rule(id),
            Doer::Member(user) => Actor::User(user.id, user.available_name().to_owned()),
        }
    }

    /// What an address is told has happened.
    fn event(self) -> String {
        match self {
            Doer::Rule(_, event) => format!("automation_event.{}", event.name()),
            Doer::Member(_) => "macro.executed".to_owned(),
        }
    }

    fn says(self, text: Option<String>) -> NewMessage {
        let sender = match self {
            Doer::Rule(..) => None,
            Doer::Member(user) => Some(Sender::User(Box::new(user.clone()))),
        };
        let mut new = NewMessage { content: text, ..NewMessage::text(MessageType::Outgoing, sender, "") };
        if let Doer::Rule(id, _) = self {
            new.content_attributes.insert("automation_rule_id".into(), id.0.into());
        }
        new
    }
}

/// Keeps the teams that these actions name until the transaction ends. To be asked before a conversation is taken: who deletes a team takes its
/// conversations afterwards.
///
/// # Errors
/// The database's; a team that is gone is none.
pub fn hold_teams(tx: &mut Tx, account: AccountId, actions: &[Action]) -> Result<()> {
    for team in named_teams(actions) {
        match teams::find_to_keep(tx.conn, account, team) {
            Err(Error::NotFound) => {}
            found => found.map(drop)?,
        }
    }
    Ok(())
}

/// Does these actions one after the other. All that they need is there: [`super::flaws`] has looked.
///
/// # Errors
/// What one of them is refused for. Then the transaction is not to be kept.
pub fn perform(tx: &mut Tx, thread: &mut Thread, doer: Doer, actions: &[Action]) -> Result<()> {
    actions.iter().try_for_each(|action| one(tx, thread, doer, action))
}

fn one(tx: &mut Tx, thread: &mut Thread, doer: Doer, action: &Action) -> Result<()> {
    let actor = doer.actor();
    match action {
        Action::SendMessage(text) => conversations::post(tx, thread, doer.says(Some(text.clone()))).map(drop),
        Action::AddNote(text) => conversations::post(tx, thread, NewMessage { private: true, ..doer.says(Some(text.clone())) }).map(drop),
        Action::AddLabels(titles) => {
            let all = labels::changed(&thread.conversation.labels.0, titles, &[])?;
            conversations::set_labels(tx, thread, &actor, all)
        }
        Action::RemoveLabels(titles) => {
            let kept = labels::changed(&thread.conversation.labels.0, &[], titles)?;
            conversations::set_labels(tx, thread, &actor, kept)
        }
        Action::AssignTeam(team) => conversations::assign_team(tx, thread, &actor, *team),
        Action::AssignAgent(assignee) => assign(tx, thread, doer, *assignee),
        Action::SetStatus(status) => conversations::change_status(tx, thread, &actor, Some(*status), None, None),
        Action::SetPriority(priority) => conversations::set_priority(tx, thread, &actor, *priority),
        Action::Mute => conversations::mute(tx, thread, &actor),
        Action::Call(url) => {
            let body = conversations::drawn_as(tx, thread, &doer.event())?;
            webhooks::call(tx, thread, &actor, url, body)
        }
        Action::SendFiles(names) => {
            let account = thread.account.id;
            let uploaded = names.iter().map(|name| files::of_account(tx.conn, account, name)).collect::<Result<_>>()?;
            conversations::post(tx, thread, NewMessage { uploaded, ..doer.says(None) }).map(drop)
        }
        Action::SendTranscript(addresses) => {
            addresses.iter().try_for_each(|address| conversations::send_transcript(tx, &thread.account, &thread.conversation, address, None))
        }
        Action::MailTeams(teams, message) => mail_teams(tx, thread, teams, message),
    }
}

/// Whoever cannot answer in the inbox is passed over: a rule may be about several inboxes.
fn assign(tx: &mut Tx, thread: &mut Thread, doer: Doer, assignee: Assignee) -> Result<()> {
    let user = match (assignee, doer) {
        (Assignee::User(id), _) => Some(id),
        (Assignee::Runner, Doer::Member(user)) => Some(user.id),
        (Assignee::Runner, Doer::Rule(..)) | (Assignee::Nobody, _) => None,
    };
    let may_answer = |member: &Member, user: UserId| member.user.id == user;
    if let Some(user) = user
        && !inboxes::assignable(tx.conn, thread.account.id, &[thread.inbox.id])?.iter().any(|member| may_answer(member, user))
    {
        return Ok(());
    }
    conversations::assign(tx, thread, &doer.actor(), user)
}

fn mail_teams(tx: &mut Tx, thread: &Thread, ids: &[TeamId], message: &str) -> Result<()> {
    let Some(mailer) = mail::mailer(tx) else {
        return Err(Error::Refused("This server sends no e-mail: no mail server is set up".into()));
    };
    let (account, number) = (&thread.account, thread.conversation.display_id.to_string());
    let mut people: Vec<User> = Vec::new();
    for team in teams::by_ids(tx.conn, account.id, ids)? {
        for Member { user, .. } in teams::members(tx.conn, &team)? {
            if people.len() < MOST_MAILED && !people.iter().any(|one| one.id == user.id) {
                people.push(user);
            }
        }
    }
    for user in people {
        let language = user.language(account);
        let letter = Letter {
            account_id: Some(account.id),
            to: user.recipient(),
            language,
            subject: language.ta("team-mail-subject", &[("number", number.as_str().into()), ("account", account.name.as_str().into())]),
            paragraphs: message.lines().map(str::to_owned).collect(),
            facts: vec![(language.t("team-mail-conversation"), format!("#{number}")), (language.t("team-mail-contact"), thread.contact.name.clone())],
            action: None,
            reason: language.ta("team-mail-why-you", &[("account", account.name.as_str().into())]),
        };
        mail::post(tx, &letter.write(&mailer)?)?;
    }
    Ok(())
}
