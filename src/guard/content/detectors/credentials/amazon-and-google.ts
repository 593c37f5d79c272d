// Credentials of Amazon Web Services and of Google.
import type { Candidate } from "../../detection/credential.ts";
import { issuedToken, type TokenDetector } from "../../detection/issued-token.ts";
import { keyBefore, keyNamesSecret } from "../../detection/key-name.ts";
import { namedToken } from "../../detection/named-token.ts";

export const amazonAndGoogleCredentials: readonly TokenDetector[] = [
  namedToken({
    id: "aws-secret-access-key",
    title: "a secret access key of AWS",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    tier: "high",
    keywords: ["aws_secret", "awssecret", "secretaccesskey", "secret_access_key"],
    form: /[A-Za-z0-9/+]{40}/,
    longest: 40,
  }),
  issuedToken({
    id: "aws-secret-beside-id",
    title: "a secret access key of AWS beside its id",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html",
    keywords: ["akia", "asia"],
    form: /[A-Za-z0-9/+]{40}/,
    longest: 40,
    isInside: true,
    reach: 200,
    check: (_, { window, start }) =>
      /(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/.test(window) && isSecret(window, start),
  }),
  issuedToken({
    id: "aws-session-token",
    title: "a session token of AWS",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html",
    keywords: ["iqojb3jpz2lu", "fwogzxivyxdz", "fqogzxivyxdz"],
    form: /(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9/+]{100,2000}={0,2}/,
    longest: 2014,
    keepsPlaceholders: true,
  }),
  issuedToken({
    id: "aws-bedrock-api-key",
    title: "a long-term API key of Amazon Bedrock",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    keywords: ["absk"],
    form: /ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{100,260}={0,2}/,
    longest: 284,
    keepsPlaceholders: true,
  }),
  issuedToken({
    id: "aws-bedrock-short-term-key",
    title: "a short-term API key of Amazon Bedrock",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html",
    keywords: ["bedrock-api-key-"],
    form: /bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{100,2500}={0,2}/,
    longest: 2546,
  }),
  namedToken({
    id: "aws-ses-smtp-password",
    title: "an SMTP password of Amazon SES",
    issuer: "Amazon Web Services",
    source: "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
    keywords: ["ses_smtp", "smtp_pass", "smtp-pass", "amazonaws"],
    form: /B[A-Za-z0-9+/]{43}/,
    longest: 44,
  }),
  issuedToken({
    id: "google-api-key",
    title: "an API key of Google",
    issuer: "Google",
    source: "https://docs.cloud.google.com/docs/authentication/api-keys",
    keywords: ["aiza"],
    form: /AIza[A-Za-z0-9_-]{35}/,
    longest: 39,
    check: (_, candidate) => (isWebConfiguration(candidate) ? "low" : true),
  }),
  issuedToken({
    id: "google-authorization-key",
    title: "an API key of Google that is bound to a service account",
    issuer: "Google",
    source: "https://ai.google.dev/gemini-api/docs/api-key",
    keywords: ["aq.ab"],
    form: /AQ\.Ab[A-Za-z0-9_-]{45,60}/,
    longest: 65,
  }),
  issuedToken({
    id: "google-oauth-client-secret",
    title: "a client secret of a Google OAuth client",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["gocspx-"],
    form: /GOCSPX-[A-Za-z0-9_-]{28}/,
    longest: 35,
  }),
  issuedToken({
    id: "google-oauth-access-token",
    title: "an OAuth access token of Google",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["ya29."],
    form: /ya29\.(?:[a-z]\.)?[A-Za-z0-9_-]{40,1000}/,
    longest: 1007,
  }),
  issuedToken({
    id: "google-oauth-refresh-token",
    title: "an OAuth refresh token of Google",
    issuer: "Google",
    source: "https://developers.google.com/identity/protocols/oauth2",
    keywords: ["1//0"],
    form: /1\/\/0[A-Za-z0-9_-]{40,120}/,
    longest: 124,
  }),
  issuedToken({
    id: "google-storage-hmac-id",
    title: "the access id of an HMAC key of Cloud Storage, whose secret is seldom far",
    issuer: "Google",
    source: "https://docs.cloud.google.com/storage/docs/authentication/hmackeys",
    tier: "medium",
    keywords: ["goog1e", "goog"],
    form: /GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})/,
    longest: 61,
  }),
  namedToken({
    id: "google-storage-hmac-secret",
    title: "the secret of an HMAC key of Cloud Storage",
    issuer: "Google",
    source: "https://docs.cloud.google.com/storage/docs/authentication/hmackeys",
    keywords: ["hmac_secret", "gs_secret", "gcs_secret", "hmac_key", "gcs_hmac"],
    form: /[A-Za-z0-9+/]{40}/,
    longest: 40,
  }),
  issuedToken({
    id: "firebase-server-key",
    title: "a legacy server key of Firebase Cloud Messaging",
    issuer: "Google",
    source: "https://firebase.google.com/docs/cloud-messaging/auth-server",
    keywords: [":apa91b"],
    form: /AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}/,
    longest: 152,
    isInside: true,
  }),
  namedToken({
    id: "recaptcha-secret-key",
    title: "a secret key of reCAPTCHA",
    issuer: "Google",
    source: "https://developers.google.com/recaptcha/docs/settings",
    keywords: ["recaptcha_secret", "recaptcha_private", "recaptchasecret", "recaptcha-secret"],
    form: /6L[A-Za-z0-9_-]{6}AAAAA[A-Za-z0-9_-]{27}/,
    longest: 40,
  }),
];

/** Characters around a key that are looked at for the rest of a web app's configuration. */
const CONFIGURATION_REACH = 300;

/** A key beside `authDomain` stands in every page of that app; what it may do is for the app's rules to say. */
function isWebConfiguration({ surroundings, start }: Candidate): boolean {
  const at = surroundings.start + start;
  const around = surroundings.text.slice(
    Math.max(0, at - CONFIGURATION_REACH),
    at + CONFIGURATION_REACH,
  );
  return /authDomain|firebaseapp\.com|messagingSenderId/.test(around);
}

/** Whether the key of a value calls it a secret; in `.s3cfg` and in Terraform's providers the key says no more than that. */
function isSecret(window: string, start: number): boolean {
  const key = keyBefore(window, start);
  return /secret/i.test(key) && keyNamesSecret(key);
}
