/** The one port around kafkajs: nobody else imports it, so it can be replaced in one place. */
export { kafkaClient, pingKafka } from './client.ts';
export {
  consume,
  Unprocessable,
  type ConsumeOptions,
  type MessageContext,
  type StreamConsumer,
} from './consumer.ts';
export { monitorLag, type Lag, type LagMonitor } from './lag.ts';
export {
  createProducer,
  StreamBusy,
  type Outgoing,
  type ProducerOptions,
  type StreamProducer,
} from './producer.ts';
