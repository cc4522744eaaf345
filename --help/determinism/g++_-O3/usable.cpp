#include <expected>
int main() { return std::expected<int, int>(0).value_or(1); }
