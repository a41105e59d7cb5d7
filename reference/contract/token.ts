import { jwtVerify, SignJWT } from 'jose';
import { id } from './http.ts';

/** Named in signing and in checking, so that a token never chooses how it is checked (RFC 8725, 3.1). */
const algorithm = 'HS256';
const issuer = 'fanout-lab';
const audience = 'fanout-lab-gateway';

const key = (secret: string) => new TextEncoder().encode(secret);

/** The bearer token of a user, as the load generator and the checker make them. */
export function signToken(userId: string, secret: string, expiresInSeconds = 3600): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .setSubject(userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + expiresInSeconds)
    .sign(key(secret));
}

/**
 * The user whom a token belongs to.
 *
 * @throws an error of jose when the token is forged, expired, unsigned or for somebody else, and a ZodError
 * when its subject is not a user's id
 */
export async function verifyToken(token: string, secret: string): Promise<string> {
  const { payload } = await jwtVerify(token, key(secret), {
    algorithms: [algorithm],
    issuer,
    audience,
    requiredClaims: ['sub', 'exp'],
  });
  return id.parse(payload.sub);
}
