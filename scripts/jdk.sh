# Sourced by ./belay and ./build, from any directory and any bash from 3.2 on. Finds a JDK and a
# Maven, and keeps two builds of one tree from running into each other. Expects $root.

required_java=25

# The feature release of the JDK in a directory, from its `release` file where there is one (no
# process is started for that), 0 when there is no JDK.
java_release_of() {
    local home=$1 line version=""
    [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] || {
        echo 0
        return
    }
    if [ -r "$home/release" ]; then
        while IFS= read -r line || [ -n "$line" ]; do
            case $line in
            JAVA_VERSION=*)
                version=${line#JAVA_VERSION=}
                version=${version//\"/}
                version=${version%$'\r'}
                ;;
            esac
        done <"$home/release"
    fi
    [ -n "$version" ] || version=$("$home/bin/javac" -version 2>&1 | sed -n 's/^javac //p')
    version=${version%%[!0-9]*}
    echo "${version:-0}"
}

# Where a JDK can be, a directory on each line; what the user chose comes first.
jdk_candidates() {
    local on_path link apple=""
    on_path=$(command -v javac 2>/dev/null || true)
    # Follow links (/usr/bin/javac -> /etc/alternatives/javac -> …) without readlink -f, which older
    # macOS lacks.
    while [ -n "$on_path" ] && [ -L "$on_path" ]; do
        link=$(readlink "$on_path")
        case $link in
        /*) on_path=$link ;;
        *) on_path=$(dirname "$on_path")/$link ;;
        esac
    done
    on_path=${on_path:+$(dirname "$(dirname "$on_path")")}
    if [ -x /usr/libexec/java_home ]; then
        apple=$(/usr/libexec/java_home -v "$required_java+" 2>/dev/null || true)
    fi
    printf '%s\n' \
        "${BELAY_JAVA_HOME:-}" "${JAVA_HOME:-}" "${JDK_HOME:-}" "$on_path" "$apple" \
        "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* \
        /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
        /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
}

# Sets java_home to the first JDK that is new enough. Answers 1 when there is none.
find_jdk() {
    local candidate release
    java_home=""
    older_jdks=""
    while IFS= read -r candidate; do
        [ -n "$candidate" ] && [ -d "$candidate" ] || continue
        release=$(java_release_of "$candidate")
        if [ "$release" -ge "$required_java" ]; then
            java_home=$candidate
            return 0
        elif [ "$release" -gt 0 ]; then
            older_jdks="$older_jdks  found JDK $release in $candidate, which is too old"$'\n'
        fi
    done <<EOF
$(jdk_candidates)
EOF
    return 1
}

# Where a Maven can be, a program on each line.
maven_candidates() {
    command -v mvn 2>/dev/null
    printf '%s/bin/mvn\n' "${MAVEN_HOME:-}" "${M2_HOME:-}" \
        "${SDKMAN_DIR:-${HOME:-}/.sdkman}/candidates/maven/current" \
        /usr/share/maven /opt/maven /opt/apache-maven* /opt/homebrew /usr/local
}

# Sets mvn to the Maven to use. Answers 1 when there is none.
find_maven() {
    local candidate
    while IFS= read -r candidate; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            mvn=$candidate
            return 0
        fi
    done <<EOF
$(maven_candidates)
EOF
    return 1
}

say_how_to_install_a_jdk() {
    {
        echo "Belay needs a JDK, release $required_java or later, and none was found."
        printf '%s' "$older_jdks"
        echo "Install one of these, then run the same command again:"
        case $(uname -s) in
        Darwin) echo "  macOS:          brew install openjdk@$required_java" ;;
        *)
            echo "  Debian, Ubuntu: sudo apt install openjdk-$required_java-jdk-headless"
            echo "  Fedora, RHEL:   sudo dnf install java-$required_java-openjdk-devel"
            ;;
        esac
        echo "  any system:     sdk install java   (https://sdkman.io), or https://adoptium.net"
        echo "A JDK in an unusual place is found through JAVA_HOME."
    } >&2
}

say_how_to_install_maven() {
    {
        echo "Belay is built with Maven 3.8 or later, and no mvn was found."
        echo "Install it, then run the same command again:"
        case $(uname -s) in
        Darwin) echo "  macOS:          brew install maven" ;;
        *)
            echo "  Debian, Ubuntu: sudo apt install maven"
            echo "  Fedora, RHEL:   sudo dnf install maven"
            ;;
        esac
        echo "  any system:     sdk install maven   (https://sdkman.io)"
        echo "A Maven in an unusual place is found through MAVEN_HOME. It is needed for building only."
    } >&2
}

# Sets maven_arguments. Maven keeps what it downloads in the user's home; where there is no home to
# write to, it goes below the build output instead.
choose_maven_repository() {
    maven_arguments=(-B)
    local home=${HOME:-}
    if [ -z "$home" ]; then
        home=$(
            unset HOME
            echo ~
        )
    fi
    if [ ! -d "$home" ] || [ ! -w "$home" ] || [ "$home" = / ]; then
        maven_arguments+=("-Dmaven.repo.local=$root/target/repository")
    fi
}

# Waits until no other build of this tree runs, then keeps others out until release_build_lock or the
# end of this process.
take_build_lock() {
    mkdir -p "$root/target"
    build_lock="$root/target/build.lock"
    if command -v flock >/dev/null 2>&1; then
        exec 9>>"$build_lock.file"
        if ! flock -n 9; then
            echo "another build of this directory is running; waiting for it" >&2
            flock 9
        fi
        return
    fi
    local owner said=""
    while ! ln -s "$$" "$build_lock" 2>/dev/null; do
        owner=$(readlink "$build_lock" 2>/dev/null || true)
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            # Its owner is gone. One process at a time may clear it away, and looks again first.
            if mkdir "$build_lock.clearing" 2>/dev/null; then
                [ "$(readlink "$build_lock" 2>/dev/null || true)" = "$owner" ] && rm -f "$build_lock"
                rmdir "$build_lock.clearing"
            fi
        elif [ -z "$said" ]; then
            echo "another build of this directory is running (process $owner); waiting for it" >&2
            echo "(if there is none, remove $build_lock)" >&2
            said=yes
        fi
        sleep 1
    done
    trap release_build_lock EXIT
}

release_build_lock() {
    if command -v flock >/dev/null 2>&1; then
        exec 9>&-
    else
        [ "$(readlink "$build_lock" 2>/dev/null || true)" = "$$" ] && rm -f "$build_lock"
        trap - EXIT
    fi
}
