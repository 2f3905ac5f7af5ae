/** How delivery stands at this moment, for the pages and the metrics. */
export interface DeliveryStatus {
  /** PAUSED: the mail server takes none of our email. NO_SERVER: none is set up. */
  state: 'RUNNING' | 'PAUSED' | 'NO_SERVER';
  since: Date;
  /** The step that failed and a code, while it is paused. */
  reason?: string;
}
