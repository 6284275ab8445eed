"""What a server's words mean: one cause for each refusal, and what the cause says of the mailbox.

The words come before the numbers: half of the world's servers answer ``5.0.0``, ``5.7.1`` or nothing and
say the reason in a sentence, and ``5.1.x`` is also what a server says of the *sender's* address. The order
of ``_CAUSES`` is the order in which the questions are asked. Every pattern is linear, and the text is cut
before any of them sees it.
"""

import re
from enum import StrEnum

from tradepost.delivery.types import BounceKind

LONGEST = 4000  # letters of a text that are looked at


class Cause(StrEnum):
    """Why mail was refused."""

    SENDER = "sender"  # our address or its domain: wrong, unknown, unresolvable
    AUTHENTICATION = "authentication"  # SPF, DKIM, DMARC, reverse DNS
    BLOCKLIST = "blocklist"  # our network address stands on a list or has a bad name
    RELAYING = "relaying"  # the relay does not know us
    RATE = "rate"  # too much at once
    CONTENT = "content"  # taken for spam or a virus, too large, not well-formed
    POLICY = "policy"  # refused by a rule, unnamed
    FULL = "full"  # the mailbox has no room
    PAUSED = "paused"  # the mailbox is suspended or takes nothing just now
    NO_USER = "no-user"
    NO_DOMAIN = "no-domain"
    NOT_NOW = "not-now"  # the server cannot be reached, or has trouble of its own
    UNCLEAR = "unclear"


# What is wrong lies with the sending side: it says nothing about the mailbox, and hits everybody alike.
OURS = frozenset(
    {
        *(Cause.SENDER, Cause.AUTHENTICATION, Cause.BLOCKLIST, Cause.RELAYING),
        *(Cause.RATE, Cause.CONTENT, Cause.POLICY),
    }
)
_KINDS = {
    Cause.NO_USER: BounceKind.HARD,
    Cause.NO_DOMAIN: BounceKind.HARD,
    Cause.FULL: BounceKind.SOFT,
    Cause.PAUSED: BounceKind.SOFT,
    Cause.NOT_NOW: BounceKind.SOFT,
}

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.#])([45]\d\d)(?=[ -])")
_ADDRESS = re.compile(r"[^\s<>()\"',;:=]{1,64}@[^\s<>()\"',;:]{1,255}")
_LINK = re.compile(r"https?://[^\s>]{1,300}")


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases))


_CAUSES: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    (
        Cause.AUTHENTICATION,
        _any(
            r"\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|domainkeys|\bsenderid\b",
            r"unauthenticated (mail|email|e-mail)|(mail|email|message|sender) (is |was )?(not authenticated|unauthenticated)",
            r"reverse dns|\brdns\b|\bptr\b|pointer record|reverse (lookup|mapping|hostname)|reverse-dns",
            r"(helo|ehlo)\b.{0,40}(rejected|invalid|denied|refused|mismatch|not found)",
            r"(cannot|can't|could not|unable to) find your (reverse )?host",
            r"batv|backscatter protection|unsigned dsn",
            r"mismatches client ip|bounce address tag validation",
        ),
    ),
    (
        Cause.BLOCKLIST,
        _any(
            r"spamhaus|spamcop|sorbs\b|barracudacentral|\bcbl\.|senderbase|senderscore|invaluement|abuseat|proofpoint|cloudmark|\bs3140\b|spameatingmonkey|uceprotect|mailspike|symantec-mail",
            r"\b(dns)?[brx]bl\b|\b(dns|real-?time) ?(black|block)|(block|black|deny) ?-?(list|listed|listing)\b|blocklisted|blacklisted|\bsurbl\b|\buribl\b",
            r"(blocked|rejected|refused|listed|found) (using|by|in|at|on|with) [a-z0-9.-]{0,60}(rbl|dnsbl|zen|list\b)",
            r"(poor|bad|low|negative) (ip |domain |sender |web |email )?reputation|reputation.{0,40}(poor|bad|low|block|reject)|(due to|because of) (its |the |your )?reputation",
            r"\b(your|sending|sender|client|this) (mail ?server|ip|host|network|server|mta)( address)?\b.{0,60}\b(block|banned|denied|rejected|refused|reputation|not allowed)",
            r"connections? (from|by) .{0,60}(rejected|refused|denied|not accepted) (due|because|by|for)|(mail|messages|email|connections?) from [^ ]{1,80} (is |are |was |has been |have been )?(blocked|refused|rejected|denied|banned|not accepted)",
            r"banned sending ip|ip (address )?(is )?(blocked|banned|temporarily deferred|not allowed)|access denied.{0,10}(your|by) ip|client host.{0,80}(blocked|rejected|denied)|dynamic ip|residential ip|dial-?up|generic hostname",
            r"due to user complaints|tss0[1-9]|open (proxy|relay)\b|\bsc-00\d\b|unwanted (messages|mail|e-?mails?)\b|messages from [^ ]{1,80} (weren't|were not) sent",
        ),
    ),
    (
        Cause.SENDER,
        _any(
            r"(?<!to )(?<!to the )\bsender\b(?! (said|wait|of this message can)).{0,50}(reject|refused|denied|invalid|not valid|unknown|not found|verif|not exist|doesn't exist|unresolv|undeliver|not allowed|not permitted|not authorized|blocked|unroutable|unrouteable|empty|not accepted|spammer)",
            r"(invalid|unknown|bad|unroutable|unrouteable|unresolvable|rejected|blocked|malformed) (envelope )?(sender|return.?path|mail from|from address)\b",
            r"(your|the) (envelope sender|return address|from address|sender address|domain of (your|the) sender)",
            r"domain of sender|sender('s)? domain|sending domain|\b(mail )?from: domain|from domain|domain in the from",
            r"return.?path.{0,30}(invalid|not found|does not|reject)|null (sender|reverse.?path)|empty envelope|no third-party dsns",
            r"mail from (address|domain|not)|sender was rejected|emetteur invalide|bogus mail from",
            r"email address is not verified|batv failed",
        ),
    ),
    (
        Cause.FULL,
        _any(
            r"quota|over ?drawn|mail ?(box|dir|folder|file|drop)( is| was|'s)?( currently| temporarily)? (full|exceed|overflow|too (big|large))|(mailbox|inbox|mail ?box|account|folder|storage|disk|space|maildrop|user|recipient|recipient's|user's|allocation).{0,50}(\bfull\b|exceed|over the (limit|maximum)|out of (storage|space|disk)|limit reached)|full (mail|in)box|mail ?box (size )?limit",
            r"(not|in|n't have) ?enough (disk |storage |free )?(space|storage|room)|insufficient (system )?(storage|disk|space)|exceeded (its |the |their |your )?(storage|disk|allo|mailbox)|no space left|out of storage|disk (is )?full|too many messages (on|in)|too much mail data|has run out of|out of space|lack of (disk )?space",
            r"bo[iî]te.{0,40}pleine|pleine|postfach.{0,30}(voll|überfüllt)|speicherplatz|buz[oó]n.{0,30}lleno|casella.{0,30}piena|skrzynka.{0,40}(pe[lł]na|przepe)|переполнен|容量|mailbox voll|capacidad|est[aá] lleno|cheia",
        ),
    ),
    (
        Cause.RATE,
        _any(
            r"(receiving|received) (e?mails? |messages )?(at a rate|too (quickly|many|fast|much))|exceeding receiving limits|rate.?limit|limit.{0,20} rate|throttl|too many (connections|messages|mails|emails|recipients|concurrent|smtp|sessions|errors|unknown|invalid)|connection rate|per.domain (connection )?limit|emails per hour|sending (rate|limit|quota)|trop de connexions|daily (message |sending |email )?(quota|limit)|maximum connection limit|slow down|unusual rate|numerous attempts|too much traffic|hourly (limit|quota)|flow control",
        ),
    ),
    (
        Cause.CONTENT,
        _any(
            r"\bspam(my)?\b(?!haus)|\bjunk ?mail\b|\bunsolicited|bulk mail\b|\bvirus|\bmalware|\bphish|\btrojan|infected",
            r"message (size|length|header|body|file|mime|is|was|body).{0,30}(exceed|too (big|large|long)|limit)|(message|mail|file|msg|body|attachment|header)s? (is |was )?too (big|large|long)|size (limit|exceed)|maximum (inbound )?message|max(imum)? (inbound )?message size|larger than|too large for|taille limite|line limit exceeded|exceeds (the )?(maximum|fixed|size|administrative)",
            r"(message|content|mail|email|attachment|body|subject|url|link)s? (content )?(was |were |is |has been |been )?(classified|filtered|identified|considered|detected|recogni[sz]ed|deemed|rejected for content|refused by (the )?(content|filter))",
            r"content (reject|filter|blocked|denied|not allowed|policy)|(illegal|banned|forbidden|prohibited|blocked|dangerous) (attachment|content|file|url|extension)|improper use of 8-?bit|invalid mime|bare (lf|cr)|mime (complexity|headers)|non-?rfc|not (rfc|compliant|compatible with rfc)|(missing|invalid|duplicate|multiple) (message-?id|date|from|subject|to)?:? ?headers?",
            r"message looks like|suspicious|high probability of|(bayes|spam) ?score|spamassassin|message rejected due to (local|content|possible)|it was (considered|rated|classified)",
        ),
    ),
    # Refused before anybody was named: whatever the sentence says, it is about the sender.
    (
        Cause.SENDER,
        _any(
            r"in reply to mail from|mail from command|after (pipelined )?mail from:|>>> ?mail from:[^>]{0,300}<<< ?[45]\d\d"
        ),
    ),
    (
        Cause.NO_DOMAIN,
        _any(
            r"(no such|unknown|bad|invalid|unresolvable|non-?existent|unrouteable|unroutable|illegal) (mail )?(host|domain|destination (system|host|domain))|(host|domain|system)( name)?( is| was)? (unknown|invalid|not known|unreachable domain)|unknown (mail )?host",
            r"(host|domain|recipient domain)( or domain)?( name)?s? (was |were |is |could )?(not (be )?found|not exist|non-?existent)(?!,? try|.{0,6} temporar)|(domain|host|server)( name)?[^.]{0,60} (does(n't| not) exist|not resolve|must exist|no longer exist|has no mx|has no dns)",
            r"couldn't find any host|can(not|'t) find (a |any )?(host|domain|mail exchanger)|name or service not known|nxdomain|no (mx|valid mail|mail) (record|server|exchanger|host)s?( or a record)?s?\b|null ?mx|unrout(e)?able (mail )?(address|domain)|does not accept mail(?! from)|dns (server returned answer with no data|domain .{0,60}does not exist)|illegal host/domain|no dns (entry|record)|host/domain|dns records for the destination computer could not be found|routing error: domain|550 host|domain (is )?(disabled|expired|suspended|not hosted|unknown)|no route found to domain|domain mentioned|account or domain may not exist|unresolvable|no matches to nameserver",
        ),
    ),
    (
        Cause.PAUSED,
        _any(
            r"(temporar(il)?y|currently|has been|is|was|account|user|mailbox|subscriber) (been )?(suspended|frozen|limited|locked)\b|suspended\b|mailbox is (busy|locked|frozen)|temporarily (inactive|disabled|unavailable|rejected|closed|deferred|blocked|restricted)|(account|mailbox|user) (is )?locked|recipient suspend|restricted sms|not currently being accepted|temporary (locked|hold)|extended inactivity",
            r"(refus|reject|block).{0,40}(recipient|user)('s)? (preference|settings|rules|choice)|user (reject|refus)|only accepting mail from|protected by|you have been blocked by the recipient|refuse to receive|not accepting (any )?(mail|messages)(?! (from|with))|(whitelist|white list|challenge.response|sender not pre-?approved)",
        ),
    ),
    (
        Cause.NO_USER,
        _any(
            r"(user|mail ?box|mailbox name|recipient|address(es)?|account|email|person|name|local.?part|alias|inbox|id|user ?id|subscriber|group|customer|destination|rcpt|addressee|employee|member|screen ?name|utente|spectator)s?\b[^.;!?]{0,60}?\b(unknown|not (be )?(found|exist|known|recogni[sz]ed|valid|active|listed|a valid|a known|an active|a local|local|here|present|available|in service|our customer|unique|deliverable|registered|match|in my|ok\b)|does ?n[o']?t exist|do(es)? not exist|didn't exist|not exist|isn't (valid|in|known)|non-?exist|no longer|unavailable|inactive|invalid|disabled|discontinued|deactivated|deleted|removed|closed|expired|cancell?ed|terminated|obsolete|abandoned|retired|incorrect|undeliverable|moved|archiv|wrong|doesn't have an?|bad\b|illegal|unrecogni[sz]ed|unrouteable)",
            r"(unknown|no such|not such|invalid( final)?( delivery)?|bad|nonexist[ae]nt|non-existent|inactive|undeliverable|illegal|incorrect|unrecogni[sz]ed|disabled|obsolete|expired|archived|deactivated|unrouteable|wrong|not a (valid|known|local)|doesn't have a|unlisted|closed|cancelled|no mailbox|no account|no valid|no existing) ?(or [a-z-]+ )?(e-?mail |local |virtual |envelope |forward |destination |mail |yahoo |hotmail )?(user|recipient|mail ?box|mail ?drop|address|account|person|addressee|local.?part|name|alias|user ?id|id|customer|group|rcpt|here|recipients)",
            r"bad_?rcpt|bad[_-]recipient|badrcptto|validrcptto|badrecipient|recipnotfound|recipient ?notfound|resolver\.adr|no (user|mailbox|mail ?box|account|person|one|such)\b.{0,40}(here|by that|named|at this|found|available|exist|with that|in)|not (a )?(valid|known|local|our) (user|recipient|mail ?box|address|customer|member)|(user|account|address|mailbox|recipient).? (is )?not (?:in|on|at) |there is no .{0,30}(mailbox|user|account|one)|not listed in|does not like recipient|can't accept user|cannot find|could not be found|wasn't found|couldn't be found|not found recipient|name is not found|not a member of|this user doesn't|has left|no thank you rejected|no longer (accept|in use|work|valid|exist|available|active|at this|with|monitored|employed)|missing home|without mailbox|cannot deliver to|address error|mailbox .{0,60}not found|never (logged|existed)|is a deactivated|not an active",
            r"recipient address rejected: access denied|requested action not taken: mailbox unavailable|mailbox unavailable|addressee unknown|user('s)? (email )?name|does not exist|doesn't exist|account unavailable|no mail ?box|bad destination|bad address|out-?dated address|not delivered.{0,20}user|recipient(s)? (is |are )?(rejected|refused|invalid)|recipients? unknown|\bunknown (in|to|user|local)",
            r"unbekannt|existiert nicht|nicht bekannt|ung(ü|u|ue)ltige?r? (empf|adress)|kein(e)? (solche|postfach|benutzer)|n'existe (pas|plus)|inconnu|adresse .{0,30}(invalide|inexistante|erron)|destinataire.{0,20}(invalide|inconnu|archiv)|no existe|desconocid|usuario .{0,20}(inv[aá]lido|inexistente)|inesistente|sconosciut|non esiste|nessun utente|onbekend|bestaat niet|nie (ma|istnieje|znaleziono)|nieznany|ok[aä]nd|ukjent|ukendt|findes ikke|n[aã]o (existe|encontrad)|не (существ|найден)|нет такого|неизвест|несуществ|見つかりません|存在し(ません|ない|ておりません)|不明|(リスト|一覧|名簿|ディレクトリ)に(は)?(ありません|登録されていません)|該当.{0,12}(ありません|なし)|不存在|無此|查無|없는|존재하지",
        ),
    ),
    (
        Cause.RELAYING,
        _any(
            r"relay(ing|ed)?\b.{0,50}(denied|not (permitted|allowed|possible)|prohibited|refused|reject|forbidden|fail|disabled)|(unable|not allowed|not permitted|cannot|not configured|unauthori[sz]ed|not authorized|refus\w+|not an? open|insecure mail) (to |as a )?relay|authentication (is )?required|must (authenticate|issue|log ?in)|requires authentication|rcpthosts|don't handle mail for|not a gateway|not local host|as a relay|no relay",
        ),
    ),
    (
        Cause.NOT_NOW,
        _any(
            r"timed? ?-?out|time ?out|expired|too long|giving up|gave up|delivery (has been )?delayed|has been delayed|not (yet )?been delivered|still (be )?(try|attempt)|will (continue|be (retr|re-?tried)|keep|try)|retry time|unable to connect|not reachable|unreachable|no route to host|connection (was )?(refused|reset|lost|closed|dropped|broken)|could(n't| not) (connect|be reached|establish)|(failed|wasn't able|unable) to (connect|establish|contact|reach)|did not respond|no answer|not responding|try again|try later|temporar|lookup failure|name server|(looping|loop\b|loops back|too many hops|hop count)|(been )?failing for|queue (too|file|period)|more than \d+ (day|hour|minute)|could not be delivered (for|within)|allowed queue|multiple (retries|attempts)|number of retries|(several|repeated|many|\d{1,3}) (attempts|retries|tries)|after \d+ (day|hour|tries|attempt)|host is (down|unreachable)|service (currently |is )?(unavailable|not available)|(system|internal|local|server|configuration|processing|i/o|write|disk|database|software|lookup|resource|ldap) (config |configuration )?(error|problem|failure)|operating system|out of memory|cannot (allocate|create|open|lock)|can't create|misconfigur|error while (being )?process|transaction failed|in the queue|maximum time|undelivered for|greylist|gr[ae]y-?list|protocol error|protocol violation|interrupted|unable to resolve|bad interpreter|no smtp connection got|gateway (for|time)|aliasing|forwarding loop|command (output|died|failed)|exit(ed)? (status|with)|x-unix|mailer.{0,20}(died|exit)|pipe to|local delivery failed|cannot append",
        ),
    ),
    (
        Cause.POLICY,
        _any(
            r"polic(y|ies)|administrative(ly)? prohibit|not (allowed|authori[sz]ed|permitted)|notauthori[sz]ed|unauthori[sz]ed|prohibit|permission|security|restrict|members?.only|non-member|closed (mailing )?list|\bblocked\b|\bbanned\b|not subscribed|requires confirmation|(not|only) accepting (mail|messages) (from|with)|organization(al)? (settings|policy)|moderat",
        ),
    ),
    (
        Cause.NO_USER,
        _any(
            r"(recipient|user|mailbox|account|email)s?( address(es)?)?\b.{0,40}(rejected|refused|denied)|address rejected",
        ),
    ),
    (
        Cause.POLICY,
        _any(
            r"access (is )?(denied|rejected)|not accepted|\brefused\b|\bfilter(ed)?\b|message (was )?(reject|refus|denied|bounced)|reject(ed|s)? (your|the|this) (message|mail)|mail (rejected|refused)|denied|rejected",
        ),
    ),
)


def cause_of(answer: str) -> Cause:
    """Why a server refused, from its answer or from what a report quotes of it."""
    text = _plain(answer)
    status = _status_in(answer[:LONGEST])
    code = _CODE.search(answer[:200])
    rank = status[0] or (int(code[1][0]) if code else 0)
    if rank == 2:
        return Cause.UNCLEAR
    said = _said(text)
    if rank == 4 and said not in OURS and said is not Cause.FULL:
        return Cause.NOT_NOW if status[1] != 7 else Cause.POLICY
    if said in {Cause.NOT_NOW, Cause.POLICY, Cause.UNCLEAR}:  # weak words: the number may know more
        return _weigh(said, _numbered(status))
    return said


def _status_in(answer: str) -> tuple[int, int, int]:
    """The first enhanced status that says more than ``5.0.0``; zeros without one."""
    found = [(int(m[1]), int(m[2]), int(m[3])) for m in _STATUS.finditer(answer)]
    return next((status for status in found if status[1]), found[0] if found else (0, 0, 0))


def kind_of(cause: Cause) -> BounceKind:
    return _KINDS.get(cause, BounceKind.OTHER)


def classify(answer: str) -> BounceKind:
    """Hard, soft or neither, from a server's words. Refusals for the sender's sake say nothing about
    the mailbox and count as ``OTHER``."""
    return kind_of(cause_of(answer))


def _plain(answer: str) -> str:
    """Lower case, one line, without addresses and links: whose names may say anything."""
    text = " ".join(answer[:LONGEST].split())
    return _ADDRESS.sub("@", _LINK.sub("", text)).replace("\u2019", "'").replace("<@>", "@").lower()


def _said(text: str) -> Cause:
    return next((cause for cause, words in _CAUSES if words.search(text)), Cause.UNCLEAR)


def _weigh(said: Cause, numbered: Cause) -> Cause:
    """The number's word counts where the sentence is silent, and where it names the mailbox or us."""
    if numbered is Cause.UNCLEAR:
        return said
    if said is Cause.UNCLEAR or (said is Cause.POLICY and numbered in {Cause.NO_USER, *OURS}):
        return numbered
    return said


_BY_DETAIL = {
    (1, 2): Cause.NO_DOMAIN,
    (1, 5): Cause.UNCLEAR,
    (1, 7): Cause.SENDER,
    (1, 8): Cause.SENDER,
    (1, 9): Cause.UNCLEAR,
    (1, 10): Cause.NO_DOMAIN,
    (2, 0): Cause.PAUSED,
    (2, 1): Cause.NO_USER,
    (2, 2): Cause.FULL,
    (2, 3): Cause.CONTENT,
    (2, 4): Cause.POLICY,
    (3, 4): Cause.CONTENT,
    (4, 4): Cause.NO_DOMAIN,
    (4, 310): Cause.NO_DOMAIN,
    (5, 3): Cause.RATE,
    (7, 13): Cause.NO_USER,
}
_BY_SUBJECT = {
    1: Cause.NO_USER,
    2: Cause.PAUSED,
    3: Cause.NOT_NOW,
    4: Cause.NOT_NOW,
    6: Cause.CONTENT,
    7: Cause.POLICY,
}


def _numbered(status: tuple[int, int, int]) -> Cause:
    """RFC 3463, and what its authors' heirs made of it."""
    rank, subject, detail = status
    if not rank:
        return Cause.UNCLEAR
    return _BY_DETAIL.get((subject, detail), _BY_SUBJECT.get(subject, Cause.UNCLEAR))
