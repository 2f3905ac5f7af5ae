/** Accounts as the options of a `select`. */
export function accountOptions(accounts: { id: string; name: string }[]) {
  return accounts.map(({ id, name }) => ({ value: id, label: name }));
}
