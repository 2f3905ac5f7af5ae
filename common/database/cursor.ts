/** A row's position in a sorted list: where the page that follows or precedes it starts. */
export interface Cursor {
  /** The name of the sort that it was made for. */
  sort: string;
  /** The row's values of the columns that the list is sorted by. */
  values: string[];
}

export interface PageRequest {
  /** The page that follows, or precedes, this position. At most one of the two. */
  after?: Cursor | undefined;
  before?: Cursor | undefined;
  limit: number;
}

export interface Page<Item> {
  items: Item[];
  /** Where the neighbouring pages start; null when there is none. */
  next: Cursor | null;
  prev: Cursor | null;
}
