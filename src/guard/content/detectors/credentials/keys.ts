// Private keys in forms other than PEM.
import type { Candidate } from "../../detection/credential.ts";
import { issuedToken, type TokenDetector } from "../../detection/issued-token.ts";
import { namedToken } from "../../detection/named-token.ts";
import { isBech32 } from "../../validators/token-checksums.ts";

export const keysCredentials: readonly TokenDetector[] = [
  issuedToken({
    id: "age-secret-key",
    title: "a secret key of age",
    issuer: "age",
    source: "https://age-encryption.org/v1",
    keywords: ["age-secret-key-1"],
    form: /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/,
    longest: 74,
    anyBody: true,
    check: isBech32,
  }),
  issuedToken({
    id: "age-plugin-identity",
    title: "an identity of a plugin of age",
    issuer: "age",
    source: "https://github.com/C2SP/C2SP/blob/main/age-plugin.md",
    keywords: ["age-plugin-"],
    form: /AGE-PLUGIN-[A-Z0-9]{2,20}-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{20,200}/,
    longest: 233,
    anyBody: true,
    check: isBech32,
  }),
  issuedToken({
    id: "putty-private-key",
    title: "a private key of PuTTY",
    issuer: "PuTTY",
    source: "https://the.earth.li/~sgtatham/putty/latest/htmldoc/AppendixC.html",
    keywords: ["private-lines: "],
    form: /Private-Lines: [0-9]{1,3}\s{1,2}(?<value>[A-Za-z0-9+/]{40,64}(?:\s{1,2}[A-Za-z0-9+/]{1,64}){0,40}={0,2})/,
    longest: 2726,
    anyBody: true,
    keepsPlaceholders: true,
  }),
  issuedToken({
    id: "wireguard-private-key",
    title: "a private key of WireGuard",
    issuer: "WireGuard",
    source: "https://www.wireguard.com/quickstart/",
    keywords: ["privatekey"],
    form: /PrivateKey ?= ?(?<value>[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)/,
    longest: 57,
  }),
  issuedToken({
    id: "nostr-secret-key",
    title: "a secret key of Nostr",
    issuer: "Nostr",
    source: "https://github.com/nostr-protocol/nips/blob/master/19.md",
    keywords: ["nsec1"],
    form: /nsec1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58}/,
    longest: 63,
    anyBody: true,
    check: isBech32,
  }),
  issuedToken({
    id: "bitcoin-extended-private-key",
    title: "an extended private key of a wallet",
    issuer: "Bitcoin",
    source: "https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki",
    keywords: ["xprv9", "zprva", "yprva", "tprv8"],
    form: /(?:xprv9|[yz]prvA|tprv8)[1-9A-HJ-NP-Za-km-z]{106}/,
    longest: 111,
  }),
  namedToken({
    id: "bitcoin-wif-key",
    title: "a private key of Bitcoin in wallet import format",
    issuer: "Bitcoin",
    source: "https://en.bitcoin.it/wiki/Wallet_import_format",
    keywords: ["wif", "bitcoin", "privkey", "private_key"],
    form: /5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KL][1-9A-HJ-NP-Za-km-z]{51}/,
    longest: 52,
  }),
  namedToken({
    id: "ethereum-private-key",
    title: "a private key of Ethereum",
    issuer: "Ethereum",
    source: "https://ethereum.org/en/developers/docs/accounts/",
    keywords: ["private_key", "privatekey", "deployer_key", "eth_key", "mnemonic_key"],
    form: /0x[a-f0-9]{64}/,
    longest: 66,
  }),
  issuedToken({
    id: "json-web-key-private",
    title: "a private key as a JSON Web Key",
    issuer: "IETF",
    source: "https://www.rfc-editor.org/rfc/rfc7517",
    keywords: ['"kty"'],
    form: /"d"\s{0,4}:\s{0,4}"(?<value>[A-Za-z0-9_-]{43,700})"/,
    longest: 714,
    isInside: true,
    reach: 2000,
    anyBody: true,
    keepsPlaceholders: true,
    check: (_, candidate) => isInKey(candidate),
  }),
  issuedToken({
    id: "kubernetes-client-key",
    title: "a client key in a kubeconfig",
    issuer: "Kubernetes",
    source: "https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/",
    keywords: ["client-key-data"],
    form: /client-key-data:\s{1,4}["']?(?<value>LS0tLS1CRUdJTi[A-Za-z0-9+/]{100,6000}={0,2})/,
    longest: 6037,
    anyBody: true,
    keepsPlaceholders: true,
  }),
  issuedToken({
    id: "minisign-secret-key",
    title: "a secret key of minisign or signify",
    issuer: "minisign",
    source: "https://jedisct1.github.io/minisign/",
    keywords: ["rwrty0iy", "rwrcsw"],
    form: /RWRTY0Iy[A-Za-z0-9+/]{140,210}={0,2}|RWRCSw[A-Za-z0-9+/]{120,140}={0,2}/,
    longest: 220,
  }),
  namedToken({
    id: "apple-notary-password",
    title: "an app-specific password of Apple",
    issuer: "Apple",
    source: "https://support.apple.com/en-us/102654",
    keywords: ["notar", "app_specific", "app-specific", "appleid", "apple_id", "appspecific"],
    form: /[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}/,
    longest: 19,
    anyBody: true,
  }),
];

/** Characters around a member of a JSON Web Key that hold the others. */
const KEY_REACH = 2000;

/** The member `d` is the private part of a key where its type stands in the same object. */
function isInKey({ surroundings, start }: Candidate): boolean {
  const at = surroundings.start + start;
  const before = surroundings.text.slice(Math.max(0, at - KEY_REACH), at);
  const after = surroundings.text.slice(at, at + KEY_REACH);
  const object = before.slice(before.lastIndexOf("{") + 1) + (after.split("}", 1)[0] ?? "");
  return /"kty"\s{0,8}:\s{0,8}"(?:RSA|EC|OKP)"/.test(object);
}
