/**
 * Door of `reference/contract`: what the processes of the stack agree on, in one place. Names of topics,
 * keys and routes, the messages, and the settings that a scenario gives the services.
 */
export {
  feedKey,
  feedMarkers,
  followsKey,
  limitKey,
  mediaKey,
  originalKey,
  rankKey,
  whaleFlagKey,
} from './keys.ts';
export {
  groups,
  likeEvent,
  postCreated,
  topics,
  uploadComplete,
  type LikeEvent,
  type PostCreated,
  type UploadComplete,
} from './messages.ts';
export {
  cdnTierHeader,
  commentRequest,
  createPostRequest,
  feedQuery,
  id,
  postId,
  presignRequest,
  routes,
  type Comment,
  type CreatedPost,
  type Failure,
  type Feed,
  type FeedPost,
  type PostDetail,
  type Presigned,
} from './http.ts';
export { decodeRank, encodeRank, rankDimensions, type RankProfile } from './rank.ts';
export {
  formats,
  readSettings,
  settingsFrom,
  settingsToEnvironment,
  sizes,
  type ApplicationSettings,
  type GivenSettings,
} from './settings.ts';
export { signToken, verifyToken } from './token.ts';
