import type { Account } from '../../../../common/accounts/repository';
import type { LeadPage } from '../../../../common/leads/list';
import type { SignedIn } from '../../../auth/sign-in';
import { formatCount } from '../../../format';
import { maxAtOnce } from '../../../../common/leads/bulk/selection';
import { leadListUrl, type LeadPageRequest } from '../../../leads/query';
import { tabOf } from '../../../leads/tabs';
import { accountOptions } from '../../layout/options';

/** What can be done with several leads of a list at once. */
export function createBulkForm(
  { view, after, before }: LeadPageRequest,
  { items, total, totalIsExact }: LeadPage,
  accounts: Account[],
  account: SignedIn,
) {
  const tab = tabOf(view);
  const isMore = total > items.length;
  const isPossible = totalIsExact && total <= maxAtOnce;
  return {
    url: leadListUrl(view, { after, before }, '/leads/bulk'),
    canReachOut: tab !== 'REACHED_OUT' && tab !== 'FLAGGED',
    canUnflag: tab === 'FLAGGED',
    canDelete: account.role === 'ADMIN',
    assignees: [
      { value: '', label: 'Nobody' },
      { value: account.id, label: 'Me' },
      ...accountOptions(accounts.filter(({ id, isActive }) => isActive && id !== account.id)),
    ],
    ownId: account.id,
    total: String(total),
    all: isMore && isPossible ? `All ${formatCount(total)} leads of this view` : '',
    tooMany:
      isMore && !isPossible
        ? `To change more than this page, narrow the view to ${maxAtOnce} leads.`
        : '',
  };
}
