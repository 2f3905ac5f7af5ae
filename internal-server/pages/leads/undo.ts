import type { LeadRepository } from '../../../common/leads/repository';
import { undoMinutes, type LastChange } from '../../../common/leads/undo';
import { formatAgo } from '../../format';
import { isRecent } from '../../leads/own-changes';
import { seeOther } from '../layout/flash';
import type { CreateAction } from './lead-action';
import type { Handler } from './page/lead-page';
import { listOfReferer, ownUrl, readOrigin } from './origin';

export interface UndoDeps {
  config: { baseUrl: string };
  leads: Pick<LeadRepository, 'undo'>;
}

/** `POST /leads/:id/undo` */
export function createUndo({ config, leads }: UndoDeps, action: CreateAction): Handler {
  return action(async (ctx, { lead, note, isNoted, refuse }) => {
    const account = ctx.state.account.id;
    const result = await leads.undo(lead.id, account, note);
    if (!result.undone) {
      await refuse(409, { message: `${whyNot(result.last, account)} Nothing was changed.` });
      return;
    }
    const url = listOfReferer(ctx, config.baseUrl) ?? ownUrl(readOrigin(ctx), lead.id);
    const flash = result.undone === 'REOPENED' ? 'REOPENING_UNDONE' : 'REACHED_OUT_UNDONE';
    seeOther(ctx, url, flash, { leadId: lead.id, isNoted });
  });
}

const verbs: Record<LastChange['action'], string> = {
  REACHED_OUT: 'reached out',
  REOPENED: 'reopened it',
  UNDONE: 'took it back',
};

function whyNot(last: LastChange | undefined, account: string): string {
  if (!last) return 'There is nothing to undo.';
  const isOwn = last.actor === account;
  const what = `${isOwn ? 'You' : (last.by ?? 'A former account')} ${verbs[last.action]} ${formatAgo(last.at)}.`;
  const isLate = isOwn && last.action !== 'UNDONE' && !isRecent(last.at);
  return isLate ? `${what} It can be undone for ${undoMinutes} minutes.` : what;
}
