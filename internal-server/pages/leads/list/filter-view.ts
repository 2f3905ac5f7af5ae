import type { Account } from '../../../../common/accounts/repository';
import type { SignedIn } from '../../../auth/sign-in';
import { firstView, leadListUrl, parametersOf, type LeadView } from '../../../leads/query';
import { tabOf } from '../../../leads/tabs';
import { accountOptions } from '../../layout/options';

const keptByFilter = ['overdue', 'unopened', 'sort', 'order', 'limit'];

/** The form above the list. `tab` says where it is sent from: `withinTab` reads it. */
export function createFilter(view: LeadView, accounts: Account[], account: SignedIn) {
  const { q = '', from = '', to = '', state, flagged, overdue, unopened } = view;
  const assigned = choiceOf(view, account);
  const tab = tabOf(view);
  const colleagues = accounts.filter(({ id }) => id !== account.id);
  const isMine = tab === 'MINE'; // so that a new search leaves it, `me` is its empty choice
  const anybody = { value: isMine ? 'anybody' : '', label: 'Anybody or nobody' };
  const me = { value: isMine ? '' : 'me', label: 'Me' };
  const kept = parametersOf(view, firstView).filter(([name]) => keptByFilter.includes(name));
  const unsearched = view.q === undefined ? state : firstView.state;
  return {
    ...{ q, from, to },
    assigned: isMine ? '' : assigned,
    assignedOptions: [
      ...(isMine ? [me, anybody] : [anybody, me]),
      { value: 'nobody', label: 'Nobody' },
      ...accountOptions(colleagues),
    ],
    kept: [['tab', tab], ...kept] as [string, string][],
    isNarrowed:
      [q, isMine ? '' : assigned, from, to].some((value) => value !== '') || overdue || unopened,
    clearUrl: leadListUrl({
      ...{ ...firstView, flagged },
      state: flagged || state === 'REACHED_OUT' ? state : unsearched,
      assigned: isMine ? 'me' : undefined,
    }),
  };
}

/** Whoever follows a colleague's link to their own leads finds themselves chosen, as `me`. */
function choiceOf({ assigned = '' }: LeadView, { id }: SignedIn): string {
  const chosen = assigned.toLowerCase();
  return chosen === id ? 'me' : chosen;
}
