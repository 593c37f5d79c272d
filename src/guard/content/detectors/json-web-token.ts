// json-web-token: a signed token with claims in JSON (RFC 7519); its meaning is read by content/json-web-token.ts.
import type { Detector } from "../detection/detector.ts";
import { tokenMeaning } from "../detection/json-web-token.ts";

/** Header and claims begin with `{"` in base64url, `eyJ`; three parts of RFC 7515's compact form. */
const TOKEN = /(?<![\w-])eyJ[\w-]{8,2000}\.eyJ[\w-]{4,6000}\.[\w-]{0,1400}(?![\w-])/g;
/** Subject of the token that tutorials show: it was never given to anybody. */
const TUTORIAL_SUBJECT = "1234567890";

export const jsonWebToken: Detector = {
  id: "json-web-token",
  title: "a JSON Web Token",
  family: "secret",
  tier: "high",
  rank: 20,
  keywords: [".eyj"],
  before: 2_048,
  after: 8_192,
  *find(window) {
    for (const { 0: token, index } of window.matchAll(TOKEN)) {
      const meaning = tokenMeaning(token);
      if (meaning === undefined) continue;
      const { isSigned, subject, issuer = "", role } = meaning;
      const isExample = subject === TUTORIAL_SUBJECT || /\bexample\b|^supabase-demo$/i.test(issuer);
      // A token for everybody who loads the page: what it may do is for the service's rules to say.
      const isForAll = role === "anon";
      const tier = !isSigned || isExample || isForAll ? "low" : "high";
      yield { start: index, end: index + token.length, tier };
    }
  },
};
