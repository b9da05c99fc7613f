// The flags that every verb takes (contracts.md 1.1).

/** As commander read them. */
export interface GlobalFlags {
  readonly config?: string | undefined;
  readonly repo?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly logFormat?: "text" | "json" | undefined;
}
