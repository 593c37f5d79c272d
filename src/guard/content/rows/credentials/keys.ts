// Private keys in forms other than PEM. Made of data/detectors/credentials/keys.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const keys = detectorsOf([
  { kind: "issued", id: "age-secret-key", title: "a secret key of age", keywords: ["age-secret-key-1"], form: "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", longest: 74, anyBody: true, check: "bech32" },
  { kind: "issued", id: "age-plugin-identity", title: "an identity of a plugin of age", keywords: ["age-plugin-"], form: "AGE-PLUGIN-[A-Z0-9]{2,20}-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{20,200}", longest: 233, anyBody: true, check: "bech32" },
  { kind: "issued", id: "putty-private-key", title: "a private key of PuTTY", keywords: ["private-lines: "], form: "Private-Lines: [0-9]{1,3}\\s{1,2}(?<value>[A-Za-z0-9+/]{40,64}(?:\\s{1,2}[A-Za-z0-9+/]{1,64}){0,40}={0,2})", longest: 2726, anyBody: true, keepsPlaceholders: true },
  { kind: "issued", id: "wireguard-private-key", title: "a private key of WireGuard", keywords: ["privatekey"], form: "PrivateKey ?= ?(?<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)", longest: 57 },
  { kind: "issued", id: "nostr-secret-key", title: "a secret key of Nostr", keywords: ["nsec1"], form: "nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}", longest: 63, anyBody: true, check: "bech32" },
  { kind: "issued", id: "bitcoin-extended-private-key", title: "an extended private key of a wallet", keywords: ["xprv9", "zprva", "yprva", "tprv8"], form: "(?:xprv9|[yz]prvA|tprv8)[1-9A-HJ-NP-Za-km-z]{106}", longest: 111 },
  { kind: "named", id: "bitcoin-wif-key", title: "a private key of Bitcoin in wallet import format", keywords: ["wif", "bitcoin", "privkey", "private_key"], form: "5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51}", longest: 52 },
  { kind: "named", id: "ethereum-private-key", title: "a private key of Ethereum", keywords: ["private_key", "privatekey", "deployer_key", "eth_key", "mnemonic_key"], form: "0x[a-f0-9]{64}", longest: 66 },
  { kind: "issued", id: "json-web-key-private", title: "a private key as a JSON Web Key", keywords: ["\"kty\""], form: "\"(?:d|p|q|dp|dq|qi)\"\\s{0,4}(?::|=>)\\s{0,4}\"(?<value>[A-Za-z0-9_-]{43,700})\"", longest: 716, anyBody: true, keepsPlaceholders: true, reach: 2000, isInside: true, check: "json-web-key" },
  { kind: "issued", id: "json-web-key-secret", title: "a shared key as a JSON Web Key", keywords: ["\"kty\""], form: "\"k\"\\s{0,4}(?::|=>)\\s{0,4}\"(?<value>[A-Za-z0-9_-]{22,350})\"", longest: 366, anyBody: true, keepsPlaceholders: true, reach: 600, isInside: true, check: "json-web-key-shared" },
  { kind: "issued", id: "kubernetes-client-key", title: "a client key in a kubeconfig", keywords: ["client-key-data"], form: "client-key-data:\\s{1,4}[\"']?(?<value>LS0tLS1CRUdJTi[A-Za-z0-9+/]{100,6000}={0,2})", longest: 6037, anyBody: true, keepsPlaceholders: true },
  { kind: "issued", id: "minisign-secret-key", title: "a secret key of minisign or signify", keywords: ["rwrty0iy", "rwrcsw"], form: "RWRTY0Iy[A-Za-z0-9+/]{140,210}={0,2}|RWRCSw[A-Za-z0-9+/]{120,140}={0,2}", longest: 220 },
  { kind: "named", id: "apple-notary-password", title: "an app-specific password of Apple", keywords: ["notar", "app_specific", "app-specific", "appleid", "apple_id", "appspecific"], form: "[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}", longest: 19, anyBody: true },
]);
