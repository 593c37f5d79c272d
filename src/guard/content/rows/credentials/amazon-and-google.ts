// Credentials of Amazon Web Services and of Google. Made of data/detectors/credentials/amazon-and-google.yaml by `npm run detectors`: change that file, never this one.
import { detectorsOf } from "../../declaration/detector-row.ts";

export const amazonAndGoogle = detectorsOf([
  { kind: "named", id: "aws-secret-access-key", title: "a secret access key of AWS", tier: "high", keywords: ["aws_secret", "awssecret", "secretaccesskey", "secret_access_key"], form: "[A-Za-z0-9/+]{40}", longest: 40 },
  { kind: "issued", id: "aws-secret-beside-id", title: "a secret access key of AWS beside its id", keywords: ["akia", "asia"], form: "[A-Za-z0-9/+]{40}", longest: 40, reach: 200, isInside: true, check: "aws-secret-beside-id" },
  { kind: "issued", id: "aws-session-token", title: "a session token of AWS", keywords: ["iqojb3jpz2lu", "fwogzxivyxdz", "fqogzxivyxdz"], form: "(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9/+]{100,2000}={0,2}", longest: 2014, keepsPlaceholders: true },
  { kind: "issued", id: "aws-bedrock-api-key", title: "a long-term API key of Amazon Bedrock", keywords: ["absk"], form: "ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{100,260}={0,2}", longest: 284, keepsPlaceholders: true },
  { kind: "issued", id: "aws-bedrock-short-term-key", title: "a short-term API key of Amazon Bedrock", keywords: ["bedrock-api-key-"], form: "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/]{100,2500}={0,2}", longest: 2546 },
  { kind: "named", id: "aws-ses-smtp-password", title: "an SMTP password of Amazon SES", keywords: ["ses_smtp", "smtp_pass", "smtp-pass", "amazonaws"], form: "B[A-Za-z0-9+/]{43}", longest: 44 },
  { kind: "issued", id: "google-api-key", title: "an API key of Google", keywords: ["aiza"], form: "AIza[A-Za-z0-9_-]{35}", longest: 39, check: "web-configuration" },
  { kind: "issued", id: "google-authorization-key", title: "an API key of Google that is bound to a service account", keywords: ["aq.ab"], form: "AQ\\.Ab[A-Za-z0-9_-]{45,60}", longest: 65 },
  { kind: "issued", id: "google-oauth-client-secret", title: "a client secret of a Google OAuth client", keywords: ["gocspx-"], form: "GOCSPX-[A-Za-z0-9_-]{28}", longest: 35 },
  { kind: "issued", id: "google-oauth-access-token", title: "an OAuth access token of Google", keywords: ["ya29."], form: "ya29\\.(?:[a-z]\\.)?[A-Za-z0-9_-]{40,1000}", longest: 1007 },
  { kind: "issued", id: "google-oauth-refresh-token", title: "an OAuth refresh token of Google", keywords: ["1//0"], form: "1//0[A-Za-z0-9_-]{40,120}", longest: 124 },
  { kind: "issued", id: "google-storage-hmac-id", title: "the access id of an HMAC key of Cloud Storage, whose secret is seldom far", tier: "medium", keywords: ["goog1e", "goog"], form: "GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})", longest: 61 },
  { kind: "named", id: "google-storage-hmac-secret", title: "the secret of an HMAC key of Cloud Storage", keywords: ["hmac_secret", "gs_secret", "gcs_secret", "hmac_key", "gcs_hmac"], form: "[A-Za-z0-9+/]{40}", longest: 40 },
  { kind: "issued", id: "firebase-server-key", title: "a legacy server key of Firebase Cloud Messaging", keywords: [":apa91b"], form: "AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{134}", longest: 152, isInside: true },
  { kind: "named", id: "recaptcha-secret-key", title: "a secret key of reCAPTCHA", keywords: ["recaptcha_secret", "recaptcha_private", "recaptchasecret", "recaptcha-secret"], form: "6L[A-Za-z0-9_-]{6}AAAAA[A-Za-z0-9_-]{27}", longest: 40 },
]);
