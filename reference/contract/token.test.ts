import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { signToken, verifyToken } from './token.ts';

const secret = 's'.repeat(32);
const key = new TextEncoder().encode(secret);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token that is right but for what `change` does. */
function almost(change: (token: SignJWT) => SignJWT): Promise<string> {
  const token = new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('u1')
    .setIssuer('fanout-lab')
    .setAudience('fanout-lab-gateway')
    .setExpirationTime('1h');
  return change(token).sign(key);
}

describe('a token', () => {
  it('names its user', async () => {
    expect(await verifyToken(await signToken('u1', secret), secret)).toBe('u1');
    expect(await verifyToken(await almost((token) => token), secret)).toBe('u1');
  });

  it('is refused when another secret signed it', async () => {
    await expect(verifyToken(await signToken('u1', 'x'.repeat(32)), secret)).rejects.toThrow();
  });

  it('is refused when it has expired, or never does', async () => {
    await expect(verifyToken(await signToken('u1', secret, -1), secret)).rejects.toThrow();
    const endless = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('u1')
      .setIssuer('fanout-lab')
      .setAudience('fanout-lab-gateway')
      .sign(key);
    await expect(verifyToken(endless, secret)).rejects.toThrow();
  });

  it('is refused without a signature, whatever its header says', async () => {
    const unsigned = new UnsecuredJWT()
      .setSubject('u1')
      .setIssuer('fanout-lab')
      .setAudience('fanout-lab-gateway')
      .setExpirationTime('1h')
      .encode();
    await expect(verifyToken(unsigned, secret)).rejects.toThrow();
    const [, payload, signature] = (await signToken('u1', secret)).split('.');
    for (const alg of ['none', 'NONE', 'HS512', 'RS256'])
      await expect(verifyToken(`${encode({ alg })}.${payload!}.${signature!}`, secret)).rejects.toThrow();
  });

  it('is refused when it is for somebody else, or names no user', async () => {
    await expect(verifyToken(await almost((t) => t.setIssuer('other')), secret)).rejects.toThrow();
    await expect(verifyToken(await almost((t) => t.setAudience('other')), secret)).rejects.toThrow();
    await expect(verifyToken(await almost((t) => t.setSubject('../u2')), secret)).rejects.toThrow();
  });

  it('is refused when its payload was changed', async () => {
    const [header, payload, signature] = (await signToken('u1', secret)).split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const changed = `${header!}.${encode({ ...claims, sub: 'u2' })}.${signature!}`;
    await expect(verifyToken(changed, secret)).rejects.toThrow();
  });
});
