import type { NotJudged } from './claim.ts';

/** Statements of the published design that say something about people, products or attackers. */
export const notJudged: readonly NotJudged[] = [
  {
    id: 'ranking-engagement',
    claim: 'Ranked feeds raise engagement by 15 to 30 %',
    reason:
      'It is about how people behave, and the simulator takes their behaviour as given; an experiment with users decides it.',
  },
  {
    id: 'cold-start-days',
    claim: 'A new user has a personal ranking after two or three days',
    reason: 'Fifty interactions at how many a day is a figure about users that the design does not give.',
  },
  {
    id: 'presigned-url-safety',
    claim: 'Presigned URLs with size limit, prefix and expiry prevent abuse',
    reason: 'Security is tested against a real object store, not simulated.',
  },
  {
    id: 'moderation',
    claim: 'Flagged images are quarantined before they are distributed',
    reason: 'What share is flagged, and how well, is a property of the classifier.',
  },
  {
    id: 'dynamodb',
    claim: 'Cassandra is to be preferred to DynamoDB for its clustering columns and its open protocol',
    reason: 'A choice between products by features; there is no figure in it.',
  },
  {
    id: 'alert-whale-flags',
    claim: 'The seventh alert watches changes of the whale flag a day',
    reason: 'It states no threshold, so there is nothing at which it could fire.',
  },
];
