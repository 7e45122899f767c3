-- Made from the catalogue (src/resource/catalog); a test fails when this differs.

CREATE TABLE IF NOT EXISTS "line" (
    "id" INTEGER PRIMARY KEY,
    "called_number" TEXT NOT NULL DEFAULT '',
    "main_number" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '電話',
    "extension" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL DEFAULT '',
    "connection_id" INTEGER NOT NULL DEFAULT 0,
    "notify" INTEGER NOT NULL DEFAULT 1,
    "color" TEXT NOT NULL DEFAULT '',
    "position" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "sip_connection" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT 'ひかり電話HGW',
    "server" TEXT NOT NULL DEFAULT '',
    "port" INTEGER NOT NULL DEFAULT 5060,
    "transport" TEXT NOT NULL DEFAULT 'UDP',
    "verify_tls" INTEGER NOT NULL DEFAULT 1,
    "domain" TEXT NOT NULL DEFAULT '',
    "extension" TEXT NOT NULL DEFAULT '',
    "auth_user" TEXT NOT NULL DEFAULT '',
    "password" BLOB,
    "realm" TEXT NOT NULL DEFAULT '',
    "expires_seconds" INTEGER NOT NULL DEFAULT 3600,
    "local_ip" TEXT NOT NULL DEFAULT '',
    "local_port" INTEGER NOT NULL DEFAULT 0,
    "answer_mode" TEXT NOT NULL DEFAULT '見るだけ',
    "ring_limit_seconds" INTEGER NOT NULL DEFAULT 180,
    "unanswered_as" TEXT NOT NULL DEFAULT '自動',
    "no_register" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "registration" TEXT NOT NULL DEFAULT '未登録',
    "last_code" INTEGER,
    "last_error" TEXT NOT NULL DEFAULT '',
    "next_refresh_at" INTEGER,
    "note" TEXT NOT NULL DEFAULT '',
    "reason_shown" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "customer" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT,
    "kana" TEXT,
    "honorific" TEXT NOT NULL DEFAULT '様',
    "company" TEXT,
    "company_kana" TEXT,
    "department" TEXT,
    "job_title" TEXT,
    "phone_1" TEXT,
    "phone_type_1" TEXT,
    "phone_2" TEXT,
    "phone_type_2" TEXT,
    "phone_3" TEXT,
    "phone_type_3" TEXT,
    "phone_4" TEXT,
    "phone_type_4" TEXT,
    "phone_5" TEXT,
    "phone_type_5" TEXT,
    "phone_6" TEXT,
    "phone_type_6" TEXT,
    "zip" TEXT,
    "prefecture" TEXT,
    "address_1" TEXT,
    "address_2" TEXT,
    "email_1" TEXT,
    "email_2" TEXT,
    "url" TEXT,
    "birthday" TEXT,
    "category" TEXT,
    "rank" TEXT NOT NULL DEFAULT '通常',
    "warning" TEXT,
    "staff" TEXT,
    "color" TEXT,
    "external_id" TEXT,
    "note" TEXT,
    "last_call_at" INTEGER,
    "call_count" INTEGER NOT NULL DEFAULT 0,
    "created_at" INTEGER,
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "call" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "received_at" INTEGER,
    "caller_number" TEXT NOT NULL DEFAULT '',
    "presentation" TEXT NOT NULL DEFAULT '',
    "display_name" TEXT NOT NULL DEFAULT '',
    "called_number" TEXT NOT NULL DEFAULT '',
    "line_no" INTEGER,
    "line_name" TEXT NOT NULL DEFAULT '',
    "main_number" TEXT NOT NULL DEFAULT '',
    "line_kind" TEXT NOT NULL DEFAULT '',
    "customer_id" INTEGER NOT NULL DEFAULT 0,
    "customer_name" TEXT NOT NULL DEFAULT '',
    "company" TEXT NOT NULL DEFAULT '',
    "candidates" INTEGER,
    "state" TEXT NOT NULL DEFAULT '',
    "answered_at" INTEGER,
    "ended_at" INTEGER,
    "ring_seconds" INTEGER,
    "talk_seconds" INTEGER,
    "handling" TEXT NOT NULL DEFAULT '',
    "operator" TEXT NOT NULL DEFAULT '',
    "call_back_at" INTEGER,
    "tags" TEXT NOT NULL DEFAULT '',
    "memo" TEXT NOT NULL DEFAULT '',
    "notification_result" TEXT NOT NULL DEFAULT '',
    "connection_id" INTEGER,
    "sip_call_id" TEXT NOT NULL DEFAULT '',
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "url_call" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "url" TEXT NOT NULL DEFAULT '',
    "action" TEXT NOT NULL DEFAULT 'サーバーから呼出',
    "method" TEXT NOT NULL DEFAULT 'GET',
    "headers" BLOB,
    "body_format" TEXT NOT NULL DEFAULT 'なし',
    "body" TEXT NOT NULL DEFAULT '',
    "timeout_seconds" INTEGER NOT NULL DEFAULT 5,
    "position" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "lines" TEXT NOT NULL DEFAULT '',
    "condition" TEXT NOT NULL DEFAULT 'すべて',
    "timing" TEXT NOT NULL DEFAULT '着信時',
    "hours" TEXT NOT NULL DEFAULT 'いつでも',
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "command_call" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "command" TEXT NOT NULL DEFAULT '',
    "arguments" TEXT NOT NULL DEFAULT '',
    "working_folder" TEXT NOT NULL DEFAULT '',
    "timeout_seconds" INTEGER NOT NULL DEFAULT 10,
    "max_parallel" INTEGER NOT NULL DEFAULT 2,
    "position" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "lines" TEXT NOT NULL DEFAULT '',
    "condition" TEXT NOT NULL DEFAULT 'すべて',
    "timing" TEXT NOT NULL DEFAULT '着信時',
    "hours" TEXT NOT NULL DEFAULT 'いつでも',
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "last_exit_code" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "line_target" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "access_token" BLOB,
    "method" TEXT NOT NULL DEFAULT 'push',
    "destinations" TEXT NOT NULL DEFAULT '',
    "channel_id" TEXT NOT NULL DEFAULT '',
    "channel_secret" BLOB,
    "endpoint" TEXT NOT NULL DEFAULT '',
    "silent" INTEGER NOT NULL DEFAULT 0,
    "monthly_limit" INTEGER NOT NULL DEFAULT 0,
    "sent_this_month" INTEGER NOT NULL DEFAULT 0,
    "message_id" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "lines" TEXT NOT NULL DEFAULT '',
    "condition" TEXT NOT NULL DEFAULT 'すべて',
    "timing" TEXT NOT NULL DEFAULT '着信時',
    "hours" TEXT NOT NULL DEFAULT 'いつでも',
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "mail_target" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "email" TEXT NOT NULL DEFAULT '',
    "recipient_kind" TEXT NOT NULL DEFAULT 'To',
    "account_id" INTEGER NOT NULL DEFAULT 0,
    "message_id" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "lines" TEXT NOT NULL DEFAULT '',
    "condition" TEXT NOT NULL DEFAULT 'すべて',
    "timing" TEXT NOT NULL DEFAULT '着信時',
    "hours" TEXT NOT NULL DEFAULT 'いつでも',
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "search_site" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "url" TEXT NOT NULL DEFAULT '',
    "number_format" TEXT NOT NULL DEFAULT '数字のみ',
    "auto_open" INTEGER NOT NULL DEFAULT 0,
    "position" INTEGER NOT NULL DEFAULT 0,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "mail_message" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "purpose" TEXT NOT NULL DEFAULT '既定',
    "subject" TEXT NOT NULL DEFAULT '',
    "body" TEXT NOT NULL DEFAULT '',
    "body_format" TEXT NOT NULL DEFAULT 'テキスト',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "line_message" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "purpose" TEXT NOT NULL DEFAULT '既定',
    "body" TEXT NOT NULL DEFAULT '',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "toast_message" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "purpose" TEXT NOT NULL DEFAULT '既定',
    "title" TEXT NOT NULL DEFAULT '',
    "body" TEXT NOT NULL DEFAULT '',
    "show_seconds" INTEGER NOT NULL DEFAULT 20,
    "font_size" INTEGER NOT NULL DEFAULT 14,
    "sound" TEXT NOT NULL DEFAULT '標準',
    "click_url" TEXT NOT NULL DEFAULT '',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "mail_account" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "sender_name" TEXT NOT NULL DEFAULT '',
    "email" TEXT NOT NULL DEFAULT '',
    "server" TEXT NOT NULL DEFAULT '',
    "port" INTEGER NOT NULL DEFAULT 587,
    "encryption" TEXT NOT NULL DEFAULT 'STARTTLS',
    "auth_method" TEXT NOT NULL DEFAULT 'PLAIN',
    "login" TEXT NOT NULL DEFAULT '',
    "password" BLOB,
    "token_url" TEXT NOT NULL DEFAULT '',
    "client_id" TEXT NOT NULL DEFAULT '',
    "client_secret" BLOB,
    "refresh_token" BLOB,
    "scope" TEXT NOT NULL DEFAULT '',
    "reply_to" TEXT NOT NULL DEFAULT '',
    "timeout_seconds" INTEGER NOT NULL DEFAULT 15,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "activation" (
    "id" INTEGER PRIMARY KEY,
    "license_key" BLOB,
    "name" TEXT NOT NULL DEFAULT '',
    "email" TEXT NOT NULL DEFAULT '',
    "computer_name" TEXT NOT NULL DEFAULT '',
    "device_id" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'オープン版',
    "verified_at" INTEGER,
    "expires_on" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "backup" (
    "id" INTEGER PRIMARY KEY,
    "folder" TEXT NOT NULL DEFAULT '',
    "file_name" TEXT NOT NULL DEFAULT 'smartconnect_{{日時}}',
    "cycle" TEXT NOT NULL DEFAULT '毎日',
    "run_time" TEXT NOT NULL DEFAULT '03:00',
    "weekday" TEXT NOT NULL DEFAULT '日',
    "month_day" INTEGER NOT NULL DEFAULT 1,
    "generations" INTEGER NOT NULL DEFAULT 7,
    "compress" INTEGER NOT NULL DEFAULT 1,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_file" TEXT NOT NULL DEFAULT '',
    "last_size" INTEGER,
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "scheduled_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "user" (
    "id" INTEGER PRIMARY KEY,
    "login" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL DEFAULT '',
    "password" TEXT NOT NULL DEFAULT '',
    "role" TEXT NOT NULL DEFAULT '参照のみ',
    "email" TEXT NOT NULL DEFAULT '',
    "extension" TEXT NOT NULL DEFAULT '',
    "lines" TEXT NOT NULL DEFAULT '',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_login_at" INTEGER,
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "csv_export" (
    "id" INTEGER PRIMARY KEY,
    "target" TEXT NOT NULL DEFAULT '着信記録',
    "folder" TEXT NOT NULL DEFAULT '',
    "file_name" TEXT NOT NULL DEFAULT '{{出力対象}}_{{日付}}',
    "period" TEXT NOT NULL DEFAULT '全期間',
    "from_date" TEXT NOT NULL DEFAULT '',
    "to_date" TEXT NOT NULL DEFAULT '',
    "keys" TEXT NOT NULL DEFAULT '',
    "sort_order" TEXT NOT NULL DEFAULT '昇順',
    "heading" INTEGER NOT NULL DEFAULT 1,
    "format" TEXT NOT NULL DEFAULT '標準',
    "encoding" TEXT NOT NULL DEFAULT 'UTF-8(BOM)',
    "separator" TEXT NOT NULL DEFAULT 'カンマ',
    "newline" TEXT NOT NULL DEFAULT 'CRLF',
    "quoting" TEXT NOT NULL DEFAULT '必要時',
    "keep_zeros" TEXT NOT NULL DEFAULT 'なし',
    "cycle" TEXT NOT NULL DEFAULT 'しない',
    "run_time" TEXT NOT NULL DEFAULT '23:50',
    "weekday" TEXT NOT NULL DEFAULT '月',
    "month_day" INTEGER NOT NULL DEFAULT 1,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_file" TEXT NOT NULL DEFAULT '',
    "last_rows" INTEGER,
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "scheduled_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "excel_export" (
    "id" INTEGER PRIMARY KEY,
    "target" TEXT NOT NULL DEFAULT '着信記録',
    "folder" TEXT NOT NULL DEFAULT '',
    "file_name" TEXT NOT NULL DEFAULT '{{出力対象}}_{{日付}}',
    "period" TEXT NOT NULL DEFAULT '全期間',
    "from_date" TEXT NOT NULL DEFAULT '',
    "to_date" TEXT NOT NULL DEFAULT '',
    "keys" TEXT NOT NULL DEFAULT '',
    "sort_order" TEXT NOT NULL DEFAULT '昇順',
    "heading" INTEGER NOT NULL DEFAULT 1,
    "sheet_name" TEXT NOT NULL DEFAULT 'データ',
    "freeze_heading" INTEGER NOT NULL DEFAULT 1,
    "auto_filter" INTEGER NOT NULL DEFAULT 1,
    "auto_width" INTEGER NOT NULL DEFAULT 1,
    "cycle" TEXT NOT NULL DEFAULT 'しない',
    "run_time" TEXT NOT NULL DEFAULT '23:50',
    "weekday" TEXT NOT NULL DEFAULT '月',
    "month_day" INTEGER NOT NULL DEFAULT 1,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "last_file" TEXT NOT NULL DEFAULT '',
    "last_rows" INTEGER,
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "scheduled_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "chat_target" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT 'Webhook',
    "url" BLOB,
    "token" BLOB,
    "login" TEXT NOT NULL DEFAULT '',
    "password" BLOB,
    "destination" TEXT NOT NULL DEFAULT '',
    "mentions" TEXT NOT NULL DEFAULT '',
    "sealed" INTEGER NOT NULL DEFAULT 0,
    "meeting" INTEGER NOT NULL DEFAULT 0,
    "meeting_minutes" INTEGER NOT NULL DEFAULT 60,
    "meeting_password" BLOB,
    "prefix" TEXT NOT NULL DEFAULT '',
    "color" TEXT NOT NULL DEFAULT '',
    "message_id" INTEGER NOT NULL DEFAULT 0,
    "per_minute" INTEGER NOT NULL DEFAULT 0,
    "allow_private" INTEGER NOT NULL DEFAULT 1,
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "lines" TEXT NOT NULL DEFAULT '',
    "condition" TEXT NOT NULL DEFAULT 'すべて',
    "timing" TEXT NOT NULL DEFAULT '着信時',
    "hours" TEXT NOT NULL DEFAULT 'いつでも',
    "last_run_at" INTEGER,
    "last_result" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "chat_message" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "purpose" TEXT NOT NULL DEFAULT '既定',
    "title" TEXT NOT NULL DEFAULT '',
    "body" TEXT NOT NULL DEFAULT '',
    "details" TEXT NOT NULL DEFAULT '',
    "image_url" TEXT NOT NULL DEFAULT '',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "updated_at" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "caller_rule" (
    "id" INTEGER PRIMARY KEY,
    "pattern" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL DEFAULT '',
    "action" TEXT NOT NULL DEFAULT '通知しない',
    "lines" TEXT NOT NULL DEFAULT '',
    "enabled" INTEGER NOT NULL DEFAULT 1,
    "match_count" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "business_calendar" (
    "id" INTEGER PRIMARY KEY,
    "monday" TEXT NOT NULL DEFAULT '09:00-18:00',
    "tuesday" TEXT NOT NULL DEFAULT '09:00-18:00',
    "wednesday" TEXT NOT NULL DEFAULT '09:00-18:00',
    "thursday" TEXT NOT NULL DEFAULT '09:00-18:00',
    "friday" TEXT NOT NULL DEFAULT '09:00-18:00',
    "saturday" TEXT NOT NULL DEFAULT '',
    "sunday" TEXT NOT NULL DEFAULT '',
    "closed_on_holidays" INTEGER NOT NULL DEFAULT 1,
    "closed_days" TEXT NOT NULL DEFAULT '',
    "digest_times" TEXT NOT NULL DEFAULT '18:00',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "delivery" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "call_id" INTEGER,
    "target_resource" TEXT NOT NULL DEFAULT '',
    "target_id" INTEGER,
    "target_name" TEXT NOT NULL DEFAULT '',
    "timing" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT '',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" INTEGER,
    "last_response" TEXT NOT NULL DEFAULT '',
    "reason" TEXT NOT NULL DEFAULT '',
    "created_at" INTEGER,
    "completed_at" INTEGER,
    "payload" TEXT NOT NULL DEFAULT '',
    "idempotency_key" TEXT NOT NULL DEFAULT '',
    "progress" TEXT NOT NULL DEFAULT '',
    "owner" TEXT,
    "lease_until" INTEGER,
    "expires_at" INTEGER NOT NULL DEFAULT 0,
    "interrupted" INTEGER NOT NULL DEFAULT 0,
    "digest" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "audit" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
    "at" INTEGER,
    "login" TEXT NOT NULL DEFAULT '',
    "ip" TEXT NOT NULL DEFAULT '',
    "action" TEXT NOT NULL DEFAULT '',
    "resource" TEXT NOT NULL DEFAULT '',
    "row_key" INTEGER,
    "value_before" TEXT NOT NULL DEFAULT '',
    "value_after" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE IF NOT EXISTS "api_token" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "role" TEXT NOT NULL DEFAULT '参照のみ',
    "expires_on" TEXT NOT NULL DEFAULT '',
    "last_four" TEXT NOT NULL DEFAULT '',
    "last_used_at" INTEGER,
    "created_at" INTEGER,
    "hash" TEXT NOT NULL DEFAULT '',
    "revision" INTEGER NOT NULL DEFAULT 1
) STRICT;
