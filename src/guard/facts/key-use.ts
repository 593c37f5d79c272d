// Values of hidden files that belong to a host: what is said of them, without the values.

/** `key`: of an issuer whose hosts are known. `login`: a user with a password for one host. `address`: an address that is secret itself. */
export type KeyKind = "key" | "login" | "address";

/** A value of a file, by its name there, and the hosts that it belongs to. Of a login the name is the host's. */
export type OwnedKey = {
  readonly name: string;
  readonly kind: KeyKind;
  readonly hosts: readonly string[];
};

/** One that a person was asked about: `file` is a real path. */
export type KeyUse = {
  readonly file: string;
  readonly name: string;
  readonly kind: KeyKind;
  readonly host: string;
};
