/**
 * SQL that writes all addresses of one mailbox alike: without case, without what follows a `+`, and at
 * Gmail without dots and under one domain. An index holds it (015), and whoever adds a lead evaluates
 * it, so it calls built-in functions only. Another text needs another index.
 */
export function mailbox(email: string): string {
  const [local, domain] = [1, 2].map((part) => `split_part(lower(${email}), '@', ${part})`);
  const untagged = `case when left(${email}, 1) = '+' then ${local}
    else split_part(${local}, '+', 1) end`;
  return `(case when ${domain} in ('gmail.com', 'googlemail.com')
    then replace(${untagged}, '.', '') || '@gmail.com' else ${untagged} || '@' || ${domain} end)`;
}
