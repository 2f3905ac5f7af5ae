export interface EmailView {
  id: string;
  subject: string;
  from: string;
  to: string;
  messageId: string;
  received: { iso: string; text: string };
  text: string;
  hasHtml: boolean;
}

/** What each view of `views/inbox` is given. */
export interface InboxViews {
  list: { emails: EmailView[] };
  email: { email: EmailView };
}

/** The locals of each template, for `npm run typecheck`. */
export interface Templates extends InboxViews {
  layout: { title: string; body: string };
}
