// Images that stay as they are because nothing follows them, or because the owner said so (rulings 13).

/** An image that no marker, app or exclusion covers. */
export interface UnmanagedImage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As written; name and tag joined where they stand apart. */
  readonly image: string;
}

/** An image that `update.exclude` leaves alone, marked or not. */
export interface ExcludedImage extends UnmanagedImage {
  /** The entry as written. */
  readonly rule: string;
  readonly reason: string | null;
}

/** All of them, in the order of files and lines. */
export interface Unfollowed {
  readonly unmanaged: readonly UnmanagedImage[];
  readonly excluded: readonly ExcludedImage[];
}
