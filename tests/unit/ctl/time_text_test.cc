#include "ctl/time_text.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <ctime>

namespace svcd::ctl {
namespace {

constexpr uint64_t now = 1720593742'000000;  // Wed 2024-07-10 06:42:22 UTC

std::string ago(uint64_t distance) {
  return relative_text(now - distance, now);
}

class TimeText : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(TimeText, ATimestampHasDayDateTimeAndZone) {
  EXPECT_EQ(timestamp_text(1720592542'999999), "Wed 2024-07-10 06:22:22 UTC");
  ::setenv("TZ", "Europe/Berlin", 1);
  ::tzset();
  EXPECT_THAT(timestamp_text(1720592542'000000),
              testing::AnyOf("Wed 2024-07-10 08:22:22 CEST", "Wed 2024-07-10 06:22:22 Europe"));
}

TEST_F(TimeText, NeverHasNoText) {
  EXPECT_EQ(timestamp_text(0), "");
  EXPECT_EQ(timestamp_text(UINT64_MAX), "");
  EXPECT_EQ(relative_text(0, now), "");
  EXPECT_EQ(relative_text(UINT64_MAX, now), "");
}

TEST_F(TimeText, AnAgeHasItsTwoLargestUnitsOrOneWhereThatIsEnough) {
  EXPECT_EQ(ago(0), "now");
  EXPECT_EQ(ago(1), "1us ago");
  EXPECT_EQ(ago(26 * usec_per_msec), "26ms ago");
  EXPECT_EQ(ago(59 * usec_per_sec), "59s ago");
  EXPECT_EQ(ago(61 * usec_per_sec), "1min 1s ago");
  EXPECT_EQ(ago(299 * usec_per_sec), "4min 59s ago");
  EXPECT_EQ(ago(21 * usec_per_minute + 5 * usec_per_sec), "21min ago");
  EXPECT_EQ(ago(61 * usec_per_minute), "1h 1min ago");
  EXPECT_EQ(ago(6 * usec_per_hour + usec_per_minute), "6h ago");
  EXPECT_EQ(ago(24 * usec_per_hour), "24h ago");
  EXPECT_EQ(ago(26 * usec_per_hour), "1 day 2h ago");
  EXPECT_EQ(ago(3 * usec_per_day), "3 days ago");
  EXPECT_EQ(ago(8 * usec_per_day), "1 week 1 day ago");
  EXPECT_EQ(ago(usec_per_month + usec_per_day), "1 month 1 day ago");
  EXPECT_EQ(ago(2 * usec_per_year), "2 years 0 months ago");
}

TEST_F(TimeText, WhatIsToComeIsLeft) {
  EXPECT_EQ(relative_text(now + 59 * usec_per_minute, now), "59min left");
}

TEST_F(TimeText, ATimespanIsCutAtItsAccuracy) {
  EXPECT_EQ(timespan_text(199'000, usec_per_msec), "199ms");
  EXPECT_EQ(timespan_text(199'999, usec_per_msec), "199ms");
  EXPECT_EQ(timespan_text(62'345'678, usec_per_msec), "1min 2.345s");
  EXPECT_EQ(timespan_text(2'345'678, usec_per_msec), "2.345s");
  EXPECT_EQ(timespan_text(2'345'678, usec_per_sec), "2s");
  EXPECT_EQ(timespan_text(10 * usec_per_msec, usec_per_msec), "10ms");
}

TEST_F(TimeText, ATimespanWithoutAccuracyIsExact) {
  EXPECT_EQ(timespan_text(0, 0), "0");
  EXPECT_EQ(timespan_text(UINT64_MAX, 0), "infinity");
  EXPECT_EQ(timespan_text(90 * usec_per_sec, 0), "1min 30s");
  EXPECT_EQ(timespan_text(1500, 0), "1.500ms");
  EXPECT_EQ(timespan_text(7, 0), "7us");
  EXPECT_EQ(timespan_text(usec_per_day + usec_per_hour, 0), "1d 1h");
}

TEST_F(TimeText, BytesHaveOneDecimal) {
  EXPECT_EQ(bytes_text(0), "0B");
  EXPECT_EQ(bytes_text(1023), "1023B");
  EXPECT_EQ(bytes_text(1024), "1.0K");
  EXPECT_EQ(bytes_text(27'158'118), "25.8M");
  EXPECT_EQ(bytes_text(27'158'529), "25.9M");
  EXPECT_EQ(bytes_text(200 << 20), "200.0M");
  EXPECT_EQ(bytes_text((uint64_t{1} << 63) - 1), "7.9E");
}

}  // namespace
}  // namespace svcd::ctl
