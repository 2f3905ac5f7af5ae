import type { Reply } from './reply';

/** Applies to a refusal when all that it names fits. */
interface AccountRefusal {
  /** Reply codes. */
  codes?: readonly number[];
  /** Enhanced status codes (RFC 3463) without their class: `5.7.26` is `7.26`. */
  statuses?: readonly string[];
  text?: RegExp;
}

/**
 * Refusals of RCPT and of the text that concern our account, our sender or our server, and no email
 * in particular. docs/refusals.md lists them with their sources.
 */
const accountRefusals: readonly AccountRefusal[] = [
  // No matter who refuses (RFC 4954, 5248, 7372, 7505; IANA): sign-in, sender, its domain or server.
  { codes: [530, 534, 535, 538] },
  { statuses: ['1.7', '1.8', '7.8', '7.9', '7.10', '7.11', '7.12', '7.13', '7.14'] },
  { statuses: ['7.20', '7.21', '7.22', '7.23', '7.24', '7.25', '7.26', '7.27', '7.28'] },
  // Gmail: the day's quota, and a server that sends more than it may.
  { statuses: ['4.5'] },
  { codes: [421, 450], statuses: ['7.0'], text: /unusual rate|rate[ -]limit/i },
  // Microsoft 365: send-as denied; blocked sender, tenant or server; its limits.
  { statuses: ['2.252', '7.57', '7.60', '7.64', '7.68', '7.139', '7.232', '7.233'] },
  { statuses: ['7.501', '7.502', '7.503', '7.508', '7.509', '7.510', '7.511', '7.750'] },
  { statuses: ['7.606', '7.607', '7.608', '7.609', '7.700', '7.703', '7.705', '7.708'] },
  { text: /SendAsDenied|permissions? to send as|bad outbound sender/i },
  { text: /submission quota exceeded|sender thread limit|concurrent connections? limit/i },
  // Amazon SES: identity, policy, quota, pause.
  { text: /email address is not verified|failed the check in region/i },
  {
    text: /not authorized to perform|sending (is )?paused|account .*(under review|not subscribed)/i,
  },
  { text: /maximum sending rate exceeded|throttling failure/i },
  { text: /configuration set .*does not exist/i },
  // Postfix, which by default says at RCPT what it has against the sender or the client.
  { text: /sender address rejected|client host rejected|helo command rejected/i },
  {
    text: /relay(ing)? (access )?(is )?(denied|disallowed|not (permitted|allowed))|unable to relay/i,
  },
  // What these and others call it.
  {
    text: /(daily|hourly|sending|outgoing|relay|sender|account|submission)( \w+)? (quota|limit|rate)( \w+){0,3} (exceeded|reached)/i,
  },
  { text: /(quota|limit) (exceeded|reached) for (your |this )?(account|sender|domain)/i },
  { text: /(from|sender)( address| identity)? (does not match|is not (owned|verified|allowed))/i },
  { text: /not (owned by|allowed to send|authori[sz]ed to send|permitted to send)/i },
  { text: /account (\S+ )?(is |has been |was )?(suspended|disabled|blocked|locked|deactivated)/i },
  { text: /(authentication|authorization) (is )?required|unauthenticated (senders?|email)/i },
];

/** Statuses of one mailbox, such as a full one, unless the text says whose. */
const ofMailbox = /^[12]\.[1-6]$/;
const ofSender = /submission|sender|sending|relay/i;

/** Whether a refusal speaks of our account, and not of the email or its recipient. */
export function isAccountRefusal(reply: Reply): boolean {
  if (ofMailbox.test(statusOf(reply)) && !ofSender.test(reply.text)) return false;
  return accountRefusals.some((refusal) => fits(refusal, reply));
}

function fits({ codes, statuses, text }: AccountRefusal, reply: Reply): boolean {
  return (
    (codes?.includes(reply.code) ?? true) &&
    (statuses?.includes(statusOf(reply)) ?? true) &&
    (text?.test(reply.text) ?? true)
  );
}

/** Without its class, which only repeats whether the refusal is final. */
function statusOf({ status }: Reply): string {
  return status?.slice(2) ?? '';
}
