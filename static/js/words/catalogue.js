// English of the catalogue: names of resources and fields, words of enums.
export default {
  '管理者': 'Administrator',
  '一般': 'Operator',
  '参照のみ': 'Read only',
  '不明': 'Unknown',
  '非通知': 'Withheld',
  '公衆電話': 'Payphone',
  '表示圏外': 'Unavailable',
  '通知不可': 'Not available',
  '内線': 'Extension',
  '通知': 'Shown',
};
