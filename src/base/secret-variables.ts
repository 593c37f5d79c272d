// Names of variables that hold secrets, as programs and services call them.

const SECRET =
  /SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?$|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH_?KEY|(?:^|_)TOKEN(?:_|$)|_PAT$|_PASS$/i;
/** What stands beside a secret and is none: where it lies, what it is called, how long it may be. */
const BESIDE = /_(?:FILE|PATH|URL|URI|NAME|ID|DIR|HOME|HOST|PORT|USER|TYPE|LENGTH|TTL)$/i;

/** Whether a variable of this name is likely to hold a key, token or password. */
export function isSecretVariable(name: string): boolean {
  return SECRET.test(name) && !BESIDE.test(name);
}
