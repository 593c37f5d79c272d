// What was done in the dashboard, as it is put on record.

/** Without a name of a person or a word of a call. */
export type DashboardNote = {
  readonly what:
    | "login"
    | "login-refused"
    | "logout"
    | "locked-out"
    | "confirmed"
    | "confirm-refused"
    | "view"
    | "change"
    | "refused";
  readonly role: string;
  /** The endpoint, such as `/events/:index`. */
  readonly page: string;
  readonly count: number;
};
