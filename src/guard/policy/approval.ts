// What a rule asks of other people than the one of the session, and who they are.

/** What a rule asks of people beside the one of the session. */
export type Approval = {
  /** How many people in all: the one of the session and the others. */
  readonly people: number;
  /** Who may approve; without it those whom the operator of the installation listed, for rules that are not managed. */
  readonly approvers?: readonly Approver[];
  /** How long a request waits, and how long an approval counts. */
  readonly expiresMinutes: number;
  /** One call, or the same call again in its session. */
  readonly single: boolean;
  /** What becomes of an approved call: the person of the session is asked, or it is allowed as far as this rule goes. */
  readonly afterwards: "ask" | "allow";
};

/** Somebody who may approve. `key` is a raw Ed25519 public key in base64; the name is for people. */
export type Approver = { readonly name: string; readonly key: string };
